/**
 * Makes the built app one that can be installed: a manifest in each language, the list of files that belong to
 * each language's page, and the service worker, whose text changes with every build so that browsers notice it.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const BASE = "en";
/** As in tokens.css: the dark ground, on which the icon is drawn. */
const GROUND = "#0b1015";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = fileURLToPath(new URL("../../src/chargedeck/web/dist/", import.meta.url));
const read = (...path) => readFileSync(join(...path), "utf8");
const write = (name, value) => writeFileSync(join(dist, name), JSON.stringify(value));

/** `index.html` is the base language's page, `index.de.html` the German one. */
const languages = readdirSync(dist).flatMap((name) => {
  const found = /^index(?:\.([a-z]+))?\.html$/.exec(name);
  return found === null ? [] : [found[1] ?? BASE];
});
const between = (language) => (language === BASE ? "" : `.${language}`);
const icons = readdirSync(join(dist, "icons")).map((name) => `/icons/${name}`);

function manifest(language) {
  const words = JSON.parse(read(root, "messages", `${language}.json`));
  const png = (size, purpose, name = `icon-${size}`) => ({
    src: `/icons/${name}.png`,
    sizes: `${size}x${size}`,
    type: "image/png",
    purpose,
  });
  return {
    id: "/",
    name: words.app_name,
    short_name: words.app_name,
    description: words.about_text,
    lang: language,
    start_url: "/",
    scope: "/",
    display: "standalone",
    background_color: GROUND,
    theme_color: GROUND,
    categories: ["utilities"],
    icons: [
      { src: "/icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" },
      png(192, "any"),
      png(512, "any"),
      png(512, "maskable", "maskable-512"),
    ],
    shortcuts: [
      { name: words.nav_chargers, url: "/" },
      { name: words.nav_energy, url: "/energy" },
      { name: words.nav_history, url: "/history" },
    ],
  };
}

/** Everything that the page of a language may ask for, so that it works without a network. */
function files(language) {
  const chunks = Object.values(JSON.parse(read(dist, ".vite", `manifest${between(language)}.json`)));
  const named = chunks.flatMap(({ file, css = [], assets = [] }) => [file, ...css, ...assets]);
  const assets = [...new Set(named)].sort().map((name) => `/${name}`);
  return [...assets, "/icon.svg", ...icons, `/manifest${between(language)}.webmanifest`];
}

const digest = createHash("sha256");
for (const language of languages) {
  write(`manifest${between(language)}.webmanifest`, manifest(language));
  digest.update(read(dist, `index${between(language)}.html`)).update(JSON.stringify(files(language)));
}
for (const path of ["/icon.svg", ...icons]) digest.update(readFileSync(join(dist, path)));
const version = digest.digest("hex").slice(0, 12);
for (const language of languages) write(`files.${language}.json`, { build: version, files: files(language) });

await build({
  root,
  configFile: false,
  logLevel: "warn",
  publicDir: false,
  define: { __BUILD__: JSON.stringify(version) },
  build: {
    outDir: dist,
    emptyOutDir: false,
    target: "es2023",
    lib: { entry: join(root, "src", "sw", "worker.ts"), formats: ["iife"], name: "worker", fileName: () => "sw.js" },
  },
});
