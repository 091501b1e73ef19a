/**
 * Measures what a browser has to load, compressed, and fails when a screen weighs more than the design allows:
 * 60 kB of JavaScript and CSS for the first load of the dashboard, 60 kB more for each later screen.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT = 60_000;
const dist = fileURLToPath(new URL("../../src/chargedeck/web/dist/", import.meta.url));
const manifest = JSON.parse(readFileSync(join(dist, ".vite", "manifest.json"), "utf8"));
const weights = new Map();

function weight(file) {
  if (!weights.has(file)) weights.set(file, gzipSync(readFileSync(join(dist, file)), { level: 9 }).length);
  return weights.get(file);
}

/** All files that loading this entry needs before it can run. */
function needs(key, found = new Set()) {
  const chunk = manifest[key];
  for (const file of [chunk.file, ...(chunk.css ?? [])]) found.add(file);
  for (const imported of chunk.imports ?? []) if (!found.has(manifest[imported].file)) needs(imported, found);
  return found;
}

const total = (files) => [...files].reduce((sum, file) => sum + weight(file), 0);
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const first = needs(entry);
const rows = [["first load", total(first)]];

const later = new Set(Object.values(manifest).flatMap((chunk) => chunk.dynamicImports ?? []));
for (const key of later) {
  const more = new Set([...needs(key)].filter((file) => !first.has(file)));
  rows.push([(manifest[key].src ?? manifest[key].name ?? key).replace(/^src\//, ""), total(more)]);
}

rows.sort(([, one], [, other]) => other - one);
let over = 0;
for (const [name, bytes] of rows) {
  const heavy = bytes > LIMIT;
  if (heavy) over += 1;
  console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  ${name}${heavy ? "  OVER BUDGET" : ""}`);
}
console.log(`budget: ${rows.length} loads measured, limit ${LIMIT / 1000} kB each, gzip`);
process.exit(over > 0 ? 1 : 0);
