import { describe, expect, it } from "vitest";
import type { Grant } from "$lib/api/types";
import { grant } from "../../testing/energy";
import { grantSentence, wayWord } from "./words";

describe("words", () => {
  it.each([
    [{ detail: "13 A: house 12 A of 25 A on L2" }, "13 A: house 12 A of 25 A on L2"],
    [{}, "13 A: load balancing"],
    [{ current_a: 6.5, reason: "solar" }, "6.5 A: solar"],
    [{ wants: false }, "No car here that may charge"],
  ] as [Partial<Grant>, string][])("%o is “%s”", (changes, sentence) => {
    expect(grantSentence({ locale: "en", timeZone: "UTC" }, grant(changes))).toBe(sentence);
  });

  it("says the way only where a part has two, and that nobody measures", () => {
    expect(wayWord("grid", "in")).toBe("from the grid");
    expect(wayWord("battery", "out")).toBe("charging");
    expect(wayWord("solar", "in")).toBe("");
    expect(wayWord("house", "in")).toBe("producing");
    expect(wayWord("house", "unknown")).toBe("not measured");
  });
});
