/**
 * Measures what a browser has to load, compressed, and fails when a screen weighs more than the design allows:
 * 60 kB of JavaScript and CSS for the first load of the dashboard, 60 kB more for each later screen, in every
 * language that was built, and 60 kB for an embedded card.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT = 60_000;
const dist = fileURLToPath(new URL("../../src/chargedeck/web/dist/", import.meta.url));
const weights = new Map();

function weight(file) {
  if (!weights.has(file)) weights.set(file, gzipSync(readFileSync(join(dist, file)), { level: 9 }).length);
  return weights.get(file);
}

/** All files that loading this entry needs before it can run. */
function needs(manifest, key, found = new Set()) {
  const chunk = manifest[key];
  for (const file of [chunk.file, ...(chunk.css ?? [])]) found.add(file);
  for (const imported of chunk.imports ?? []) if (!found.has(manifest[imported].file)) needs(manifest, imported, found);
  return found;
}

const total = (files) => [...files].reduce((sum, file) => sum + weight(file), 0);

/** Every load of a build with its weight, the heaviest first. */
function loads(manifest) {
  const first = needs(
    manifest,
    Object.keys(manifest).find((key) => manifest[key].isEntry),
  );
  const rows = [["first load", total(first)]];
  for (const key of new Set(Object.values(manifest).flatMap((chunk) => chunk.dynamicImports ?? []))) {
    const more = new Set([...needs(manifest, key)].filter((file) => !first.has(file)));
    rows.push([(manifest[key].src ?? manifest[key].name ?? key).replace(/^src\//, ""), total(more)]);
  }
  return rows.sort(([, one], [, other]) => other - one);
}

let over = 0;
let measured = 0;
const builds = readdirSync(join(dist, ".vite")).filter((name) => /^(manifest(\.\w+)?|embed)\.json$/.test(name));
for (const build of builds) {
  const language = build === "embed.json" ? "embed" : build.split(".").length > 2 ? build.split(".")[1] : "en";
  const rows = loads(JSON.parse(readFileSync(join(dist, ".vite", build), "utf8")));
  measured += rows.length;
  for (const [name, bytes] of rows) {
    const heavy = bytes > LIMIT;
    if (heavy) over += 1;
    // Languages differ little: one is told whole, and of the others what everybody waits for.
    if (!heavy && language !== "en" && name !== "first load") continue;
    console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  ${language}  ${name}${heavy ? "  OVER BUDGET" : ""}`);
  }
}
console.log(`budget: ${measured} loads measured, limit ${LIMIT / 1000} kB each, gzip`);
process.exit(over > 0 ? 1 : 0);
