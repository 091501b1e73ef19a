/** The page of an embedded card: one charger, read only, in another site's page. Keeps nothing and sets no cookie. */
import { mount } from "svelte";
import { codeFrom } from "$features/claim/code";
import "$ui/tokens.css";
import "$ui/base.css";
import "$ui/tone.css";
import { locales, overwriteGetLocale } from "../paraglide/runtime.js";
import EmbedPage from "./EmbedPage.svelte";
import { spokenLanguage } from "./wishes";

const wishes = new URLSearchParams(location.search);

const language = spokenLanguage([wishes.get("lang"), ...navigator.languages], locales);
overwriteGetLocale(() => language as (typeof locales)[number]);
const root = document.documentElement;
root.lang = language;

const theme = wishes.get("theme");
if (theme === "light" || theme === "dark") root.dataset["theme"] = theme;

const target = document.getElementById("app");
// The key stays in the fragment, which never reaches a server log.
if (target !== null) mount(EmbedPage, { target, props: { code: codeFrom(location.hash.slice(1)), language } });
