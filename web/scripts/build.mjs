/**
 * Builds the app once for each language, two at a time, and lays the builds together: a file that is the same
 * in several languages is there once, by the hash in its name, and each language has a document of its own. The
 * page of embedded cards is built apart, so that the app's own first load does not pay for what they share.
 */
import { spawn } from "node:child_process";
import { cpSync, existsSync, renameSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { base, compileMessages, path, wanted } from "./locales.mjs";

const SIDE_BY_SIDE = Math.min(2, availableParallelism());
const made = path("node_modules/.chargedeck-build");
const dist = path("../src/chargedeck/web/dist");

const EMBED = "embed";

const build = (locale, page = "index") =>
  new Promise((resolve, reject) => {
    const words = [
      path("node_modules/vite/bin/vite.js"),
      "build",
      "--outDir",
      `${made}/${page === "index" ? locale : page}`,
      "--logLevel",
      "warn",
    ];
    const environment = {
      ...process.env,
      CHARGEDECK_LOCALE: locale,
      CHARGEDECK_PAGE: page,
      CHARGEDECK_COMPILED: "1",
    };
    const child = spawn(process.execPath, words, { cwd: path("."), env: environment, stdio: "inherit" });
    child.on("error", reject);
    child.on("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`the build of "${page}" in "${locale}" failed`)),
    );
  });

async function work(waiting) {
  for (let locale = waiting.shift(); locale !== undefined; locale = waiting.shift()) await build(locale);
}

rmSync(made, { recursive: true, force: true });
await compileMessages();
const waiting = [...wanted];
await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => work(waiting)));

const whole = `${made}/${base}`;
for (const locale of wanted.filter((one) => one !== base)) {
  cpSync(`${made}/${locale}/assets`, `${whole}/assets`, { recursive: true });
  renameSync(`${made}/${locale}/index.html`, `${whole}/index.${locale}.html`);
  renameSync(`${made}/${locale}/.vite/manifest.json`, `${whole}/.vite/manifest.${locale}.json`);
}
await build(base, EMBED);
cpSync(`${made}/${EMBED}/assets`, `${whole}/assets`, { recursive: true });
renameSync(`${made}/${EMBED}/embed.html`, `${whole}/embed.html`);
renameSync(`${made}/${EMBED}/.vite/manifest.json`, `${whole}/.vite/embed.json`);
if (existsSync(dist)) rmSync(dist, { recursive: true });
cpSync(whole, dist, { recursive: true });
rmSync(made, { recursive: true });
