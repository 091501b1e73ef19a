/** The start of the app: makes its parts, connects them to the browser, and draws the root. */
import { mount } from "svelte";
import { Clock } from "$app/clock.svelte";
import Root from "$app/Root.svelte";
import { applyTheme, rememberedTheme } from "$app/theme";
import { Toasts } from "$app/toasts.svelte";
import { Account } from "$lib/account/account.svelte";
import { Server } from "$lib/api/server";
import { formatNumber } from "$lib/format/quantity";
import { retryDelay } from "$lib/live/backoff";
import { recallState } from "$lib/live/kept";
import { paced } from "$lib/live/pace";
import { LiveStore } from "$lib/live/stream.svelte";
import { Router } from "$lib/router/router.svelte";
import { regionalLocale, spoken } from "./i18n";
import "$ui/tokens.css";
import "$ui/base.css";
import "$ui/tone.css";

applyTheme(rememberedTheme());

const server = new Server(location.origin);
const clock = new Clock();
server.onClock = (offset) => clock.correct(offset);
const account = new Account(server, async () => {
  const kept = await recallState(Date.now());
  if (kept !== null) live.recall(kept);
  return kept?.me ?? null;
});
const router = new Router(window);
const live = new LiveStore({
  url: "/api/events",
  open: (url) => new EventSource(url),
  schedule: paced({ frame: soon, wait: setTimeout, now: () => performance.now() }),
  now: Date.now,
  delay: (failures) => retryDelay(failures, Math.random()),
  onRefused: () => void account.load(),
});

router.listen();
for (const event of ["online", "pageshow", "focus"]) addEventListener(event, wake);
for (const event of ["visibilitychange", "resume"]) document.addEventListener(event, wake);

/** Whatever let the page sleep: another window, a locked phone, a lost network. */
function wake(): void {
  if (document.hidden) return;
  clock.tick();
  live.wake();
}

/** With the next frame; a hidden page draws none, so a timer makes sure that its state does not fall behind. */
function soon(work: () => void): void {
  const timer = setTimeout(run, 250);
  const frame = requestAnimationFrame(run);
  function run(): void {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    work();
  }
}

const parts = { server, account, live, clock, router, toasts: new Toasts() };
const target = document.getElementById("app");
if (target !== null) mount(Root, { target, props: { parts } });

// The first number of a kind takes a browser long: they are made ready while the server is asked, each in its own turn.
for (const digits of [2, 0, 1]) setTimeout(() => formatNumber(regionalLocale(spoken, navigator.languages), 0, digits));

// What only a later start needs must not hold up this one, and a server that is gone just then does without it.
addEventListener("load", () =>
  setTimeout(
    () => void import("$app/installed").then(({ stayInstalled }) => stayInstalled(parts)).catch(() => undefined),
    2_000,
  ),
);
