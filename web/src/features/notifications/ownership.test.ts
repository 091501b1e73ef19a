import { expect, test } from "vitest";
import { claimOn } from "./ownership";

const channels = [
  { fingerprint: null, here: false },
  { fingerprint: "a", here: true },
  { fingerprint: "b", here: false },
];

test.each([
  ["a", "own"],
  ["b", "former"],
  ["c", "strangers"],
] as const)("a subscription %s is %s", (mark, claim) => expect(claimOn(mark, channels)).toBe(claim));

test("who is reached no way has left nothing here", () => expect(claimOn("a", [])).toBe("strangers"));
