/**
 * Writes `src/lib/api/schema.d.ts` from the server's OpenAPI document, `openapi.json`, which `chargedeck openapi` prints.
 * Only what types need is kept: no examples, no prose, and of the answers those that succeed, since every
 * refusal is a problem document.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const source = process.argv[2] ?? fileURLToPath(new URL("../openapi.json", import.meta.url));
const target = fileURLToPath(new URL("../src/lib/api/schema.d.ts", import.meta.url));
const PROSE = new Set(["description", "example", "examples", "summary", "title", "tags", "externalDocs", "headers"]);

function slim(node, parent = "") {
  if (Array.isArray(node)) return node.map((item) => slim(item, parent));
  if (typeof node !== "object" || node === null) return node;
  const kept = Object.entries(node).filter(([key]) => {
    if (parent === "properties" || parent === "schemas") return true;
    if (parent === "responses") return key.startsWith("2");
    return !PROSE.has(key);
  });
  return Object.fromEntries(kept.map(([key, value]) => [key, slim(value, key)]));
}

function described(node) {
  // A response without a description is no valid OpenAPI.
  for (const item of Object.values(node.paths)) {
    for (const operation of Object.values(item)) {
      for (const answer of Object.values(operation.responses ?? {})) answer.description = "";
    }
  }
  return { ...node, info: { title: "ChargeDeck", version: node.info.version } };
}

const document = described(slim(JSON.parse(readFileSync(source, "utf8"))));
document.paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => path.startsWith("/api/")));
const HEAD =
  "/** The API as types, made by `npm run generate` from the server's OpenAPI document; never edited by hand. */\n";
writeFileSync(target, HEAD + astToString(await openapiTS(document)));
