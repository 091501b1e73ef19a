/** How one language of the app is built, and how it is served while it is being written. */
import { paraglideVitePlugin } from "@inlang/paraglide-js";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { base, compiler, wanted } from "./scripts/locales.mjs";

const source = (folder: string): string => fileURLToPath(new URL(`./src/${folder}`, import.meta.url));
const server = process.env["CHARGEDECK_URL"] ?? "http://127.0.0.1:8080";
const locale = process.env["CHARGEDECK_LOCALE"] ?? base;
/** What is built: the app in one language, or the page of embedded cards, which is small enough to speak all of them. */
const page = process.env["CHARGEDECK_PAGE"] ?? "index";

/**
 * Leaves of the messages the language that is being built, without the switch between languages: a module is a
 * message of all languages in a build, and all messages of a language while the app is being written.
 */
function oneLanguage(): Plugin {
  return {
    name: "chargedeck-one-language",
    transform(code, id) {
      if (!/\/paraglide\/messages\/\w+\.js$/.test(id) || !code.includes("getLocale")) return null;
      if (id.endsWith("/_index.js")) return { code: `export * from "./${locale}.js";\n`, map: null };
      const own = code
        .replace(/import \{[^}]*\} from '\.\.\/runtime\.js';/, "")
        .replace(/export const (\w+) = [\s\S]*$/, `export { ${locale}_$1 as $1 };\n`);
      return { code: own, map: null };
    },
    transformIndexHtml: (html) =>
      locale === base
        ? html
        : html
            .replace(`<html lang="${base}"`, `<html lang="${locale}"`)
            .replace("/manifest.webmanifest", `/manifest.${locale}.webmanifest`),
  };
}

export default defineConfig({
  // The messages are compiled once for all builds that run side by side.
  plugins: [
    process.env["CHARGEDECK_COMPILED"] ? [] : paraglideVitePlugin(compiler),
    page === "index" ? oneLanguage() : [],
    svelte(),
  ],
  define: { __LANGUAGE__: JSON.stringify(locale), __LANGUAGES__: JSON.stringify(wanted) },
  publicDir: page === "index" ? "public" : false,
  resolve: {
    alias: { $lib: source("lib"), $ui: source("ui"), $app: source("app"), $features: source("features") },
  },
  build: {
    emptyOutDir: true,
    manifest: true,
    target: "es2023",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The content security policy allows no data: URL and no inline script.
    assetsInlineLimit: 0,
    // The first load names every file that may come later, so names are weight. Styles have to be named there;
    // scripts name one another, and the service worker has all of them at hand before they are asked for.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_, files) => files.filter((file) => file.endsWith(".css")),
    },
    rolldownOptions: {
      input: `${page}.html`,
      output: {
        entryFileNames: "assets/[hash:7].js",
        chunkFileNames: "assets/[hash:7].js",
        assetFileNames: "assets/[hash:7][extname]",
      },
    },
  },
  server: { proxy: { "/api": server } },
  test: {
    include: ["src/**/*.test.ts"],
    environment: "node",
    execArgv: ["--experimental-eventsource"],
  },
});
