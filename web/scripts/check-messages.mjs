/**
 * Holds the rule that every word on screen goes through a message key: no missing key, no unused key,
 * the same keys in every language, and no literal text in markup.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "svelte/compiler";

const root = fileURLToPath(new URL("..", import.meta.url));
const spokenAttributes = new Set([
  "alt",
  "aria-label",
  "aria-valuetext",
  "placeholder",
  "title",
  "label",
  "hint",
  "text",
  "word",
]);
/** Text without a letter of any script needs no translation. */
const hasWords = (text) => /\p{L}/u.test(text.replace(/&\w+;/g, ""));

const problems = [];

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "paraglide" ? [] : sources(path);
    return /\.(svelte|ts)$/.test(entry.name) ? [path] : [];
  });
}

function literals(node, place) {
  if (Array.isArray(node)) return node.forEach((item) => literals(item, place));
  if (typeof node !== "object" || node === null) return;
  if (node.type === "Text" && hasWords(node.data)) problems.push(`${place}: literal text "${node.data.trim()}"`);
  if (node.type === "Attribute") {
    if (!spokenAttributes.has(node.name) || node.value === true) return;
    const parts = Array.isArray(node.value) ? node.value : [node.value];
    for (const part of parts) {
      if (part.type === "Text" && hasWords(part.data)) problems.push(`${place}: literal ${node.name}="${part.data}"`);
    }
    return;
  }
  if (node.type === "ExpressionTag" || node.type === "StyleDirective") return;
  for (const [key, value] of Object.entries(node)) {
    if (key !== "instance" && key !== "module" && key !== "css" && key !== "options") literals(value, place);
  }
}

const read = (language) => JSON.parse(readFileSync(join(root, "messages", language), "utf8"));
const languages = readdirSync(join(root, "messages")).filter((name) => name.endsWith(".json"));
const keys = new Set(Object.keys(read("en.json")).filter((key) => !key.startsWith("$")));

for (const language of languages) {
  const own = new Set(Object.keys(read(language)).filter((key) => !key.startsWith("$")));
  for (const key of keys) if (!own.has(key)) problems.push(`messages/${language}: "${key}" is missing`);
  for (const key of own) if (!keys.has(key)) problems.push(`messages/${language}: "${key}" is not in en.json`);
}

const used = new Set();
for (const path of sources(join(root, "src"))) {
  const place = relative(root, path);
  const text = readFileSync(path, "utf8");
  for (const [, key] of text.matchAll(/\bm\.([a-z0-9_]+)/g)) {
    used.add(key);
    if (!keys.has(key)) problems.push(`${place}: m.${key} is in no language`);
  }
  if (path.endsWith(".svelte")) literals(parse(text, { modern: true }).fragment, place);
}
for (const key of keys) if (!used.has(key)) problems.push(`messages/en.json: "${key}" is used nowhere`);

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`messages: ${keys.size} keys, all used, in ${languages.length} language(s), no literal text`);
