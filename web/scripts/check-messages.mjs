/**
 * Holds the rule that every word on screen goes through a message key: no missing key, no unused key,
 * the same keys with the same values in every language, and no literal text in markup.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "svelte/compiler";
import { all, wanted } from "./locales.mjs";

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

/** Every language must have every key, except for those who work on fewer languages and say so. */
const COMPLETE = wanted.length === all.length;

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
      if (part.type === "ExpressionTag") shown(part.expression, place);
    }
    return;
  }
  if (node.type === "ExpressionTag") return shown(node.expression, place);
  if (node.type === "StyleDirective") return;
  for (const [key, value] of Object.entries(node)) {
    if (key !== "instance" && key !== "module" && key !== "css" && key !== "options") literals(value, place);
  }
}

/** What an expression puts on screen by itself, whatever it asks others for. */
function shown(node, place) {
  const words = { Literal: [node.value], TemplateLiteral: (node.quasis ?? []).map((part) => part.value.raw) }[
    node.type
  ];
  for (const word of words ?? [])
    if (typeof word === "string" && hasWords(word)) problems.push(`${place}: literal text "${word}"`);
  if (node.type === "ConditionalExpression") [node.consequent, node.alternate].forEach((one) => shown(one, place));
  if (node.type === "LogicalExpression") [node.left, node.right].forEach((one) => shown(one, place));
  for (const one of node.expressions ?? []) shown(one, place);
}

const read = (language) => JSON.parse(readFileSync(join(root, "messages", language), "utf8"));
const languages = readdirSync(join(root, "messages")).filter((name) => name.endsWith(".json"));
const english = read("en.json");
const keys = new Set(Object.keys(english).filter((key) => !key.startsWith("$")));

/** All texts of a message: one, or one for each case. */
const texts = (message) => (typeof message === "string" ? [message] : Object.values(message[0].match));
const places = (message) => [...new Set(texts(message).flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort().join();

/** A message that counts needs every plural of its language, or one case for all the others. */
function lacking(message, locale) {
  if (typeof message === "string" || !message[0].declarations.some((one) => one.endsWith(": plural"))) return [];
  const cases = Object.keys(message[0].match).map((one) => one.split("=")[1]);
  const plurals = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
  // French, Italian and Spanish have a form of their own for millions, which we do not count.
  return plurals.filter((one) => !cases.includes(one) && !(cases.includes("*") && (one === "other" || one === "many")));
}

for (const language of languages) {
  const own = read(language);
  const complain = (key, what) => problems.push(`messages/${language}: "${key}" ${what}`);
  for (const key of keys) if (!(key in own) && COMPLETE) complain(key, "is missing");
  for (const [key, message] of Object.entries(own)) {
    if (key.startsWith("$")) continue;
    if (!keys.has(key)) {
      complain(key, "is not in en.json");
      continue;
    }
    if (places(message) !== places(english[key])) complain(key, `needs ${places(english[key]) || "no values"}`);
    for (const plural of lacking(message, language.replace(".json", ""))) complain(key, `has no case "${plural}"`);
    const same = typeof message === "string" && message === english[key] && language !== "en.json";
    if (same && message.replace(/\{\w+\}/g, "").match(/\p{L}{2,}/gu)?.length > 4) complain(key, "is not translated");
  }
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
