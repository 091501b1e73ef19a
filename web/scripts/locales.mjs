/** The languages there are, those to be built, and how their messages are compiled. */
import { compile } from "@inlang/paraglide-js";
import fs, { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const settings = JSON.parse(readFileSync(new URL("../project.inlang/settings.json", import.meta.url), "utf8"));

/** @type {string} */
export const base = settings.baseLocale;

/** @type {string[]} */
export const all = [base, ...settings.locales.filter((/** @type {string} */ one) => one !== base)];

/** Those to be built: all, or the ones that CHARGEDECK_LOCALES names; the base language is always among them. */
export const wanted = chosen(process.env["CHARGEDECK_LOCALES"] ?? "");

let lastWrite = Promise.resolve();

/**
 * One file after the other: the compiler begins a thousand at once and says nothing of those that it could not open,
 * which are the last ones wherever a program may have 1,024 files open, as in some builders of containers.
 * @param {Parameters<typeof fs.promises.writeFile>} words
 */
const writeFile = (...words) => (lastWrite = lastWrite.then(() => fs.promises.writeFile(...words)));

/** The options of the compiler of messages; it writes every language, of which a build keeps its own. */
export const compiler = {
  project: "./project.inlang",
  outdir: "./src/paraglide",
  /** @type {["globalVariable", "baseLocale"]} */
  strategy: ["globalVariable", "baseLocale"],
  isServer: "import.meta.env.SSR",
  emitReadme: false,
  fs: { ...fs, promises: { ...fs.promises, writeFile } },
};

/** Write the messages of all languages as code; fails where a file could not be written. */
export async function compileMessages() {
  await compile(compiler);
  await lastWrite;
}

export const path = (/** @type {string} */ place) => fileURLToPath(new URL(`../${place}`, import.meta.url));

/** @param {string} names */
function chosen(names) {
  const asked = names.split(/[\s,]+/).filter(Boolean);
  const unknown = asked.filter((one) => !all.includes(one));
  if (unknown.length > 0)
    throw new Error(`CHARGEDECK_LOCALES names ${unknown.join(", ")}; there are ${all.join(", ")}`);
  return asked.length === 0 ? all : all.filter((one) => one === base || asked.includes(one));
}
