import { expect, it } from "vitest";
import type { Deed } from "$lib/api/types";
import { deedWords } from "./deed";

type Changes = Omit<Partial<Deed>, "detail"> & { detail?: object };

const deed = (changes: Changes): Deed =>
  ({
    id: "1",
    at: "2026-05-04T18:30:00Z",
    kind: "login",
    words: "Sign in",
    actor: "Ana",
    address: null,
    device_id: null,
    charger_id: null,
    detail: {},
    ...changes,
  }) as Deed;

it.each([
  [deed({}), "Sign in"],
  [deed({ words: "Stop charging", charger_id: "garage", detail: { command: "stop" } }), "Stop charging · The garage"],
  [deed({ words: "Add a card", detail: { operation: "addCard", target: ["home", "a"] } }), "Add a card · home · a"],
  [
    deed({ words: "Change a tariff", detail: { removed: false, by: null, day: "2026-01-01" } }),
    "Change a tariff · 2026-01-01",
  ],
  [deed({ words: "Send a message", device_id: "box", detail: { action: "Reset" } }), "Send a message · box · Reset"],
])("%o", (given, words) => {
  expect(deedWords(given, () => "The garage")).toBe(words);
});
