/** How the app is built into the Python package and served while it is being written. */
import { paraglideVitePlugin } from "@inlang/paraglide-js";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (folder: string): string => fileURLToPath(new URL(`./src/${folder}`, import.meta.url));
const server = process.env["CHARGEDECK_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: "./project.inlang",
      outdir: "./src/paraglide",
      strategy: ["globalVariable", "baseLocale"],
      isServer: "import.meta.env.SSR",
      emitReadme: false,
    }),
    svelte(),
  ],
  resolve: {
    alias: { $lib: source("lib"), $ui: source("ui"), $app: source("app"), $features: source("features") },
  },
  build: {
    outDir: "../src/chargedeck/web/dist",
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
