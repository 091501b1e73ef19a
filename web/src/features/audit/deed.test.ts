import { expect, it } from "vitest";
import type { Deed } from "$lib/api/types";
import { deedWords } from "./deed";

type Changes = Omit<Partial<Deed>, "detail"> & { detail?: object };

const deed = (changes: Changes): Deed =>
  ({
    id: "1",
    at: "2026-05-04T18:30:00Z",
    kind: "login",
    actor: "Ana",
    address: null,
    device_id: null,
    charger_id: null,
    detail: {},
    ...changes,
  }) as Deed;

it.each([
  [deed({}), "Login"],
  [deed({ kind: "command", charger_id: "garage", detail: { command: "stop" } }), "Stop · The garage"],
  [deed({ kind: "request", detail: { operation: "updateStation", target: ["home"] } }), "Update station · home"],
  [deed({ kind: "user_changed", detail: { user: "bob@example.com" } }), "User changed · user bob@example.com"],
  [deed({ kind: "call", device_id: "box", detail: { action: "Reset" } }), "Call · box · action Reset"],
])("%o", (given, words) => {
  expect(deedWords(given, () => "The garage")).toBe(words);
});
