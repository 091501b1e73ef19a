import { describe, expect, it } from "vitest";
import { cardListWords } from "./card-list";

const zone = { locale: "en-GB", timeZone: "UTC" };
const list = {
  state: "current" as const,
  version: 7,
  cards: 12,
  left_out: 0,
  detail: null,
  answer: null,
  at: "2026-03-01T12:00:00Z",
  retry_at: null,
};

describe("the cards that a device keeps", () => {
  it.each([
    [null, "none yet"],
    [list, "12 kept, version 7"],
    [{ ...list, left_out: 3 }, "12 kept, version 7; no room for 3 more"],
    [{ ...list, state: "sending" as const }, "being sent"],
    [{ ...list, state: "unsupported" as const }, "This charger keeps no cards"],
  ])("%#", (shown, words) => {
    expect(cardListWords(shown, zone)).toBe(words);
  });

  it("says why they were not taken, and when it is tried again", () => {
    const failed = { ...list, state: "failed" as const, answer: "Failed.", retry_at: "2026-03-01T12:01:00Z" };
    expect(cardListWords(failed, zone)).toMatch(/^Not taken: Failed. Tried again at .*12:01/);
    expect(cardListWords({ ...failed, answer: null }, zone)).toMatch(/^Not taken: no answer. Tried again at /);
  });
});
