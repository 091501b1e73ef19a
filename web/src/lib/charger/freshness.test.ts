import { expect, it } from "vitest";
import type { Status } from "$lib/api/types";
import { freshness } from "./freshness";

const NOW = Date.parse("2026-03-01T12:00:00Z");

it.each<[string | null, Status, boolean, string, boolean]>([
  ["2026-03-01T11:59:58Z", "charging", true, "live · 2 s", false],
  ["2026-03-01T12:00:02Z", "charging", true, "live · 0 s", false],
  ["2026-03-01T11:59:45Z", "charging", true, "15 s ago", true],
  ["2026-03-01T11:59:58Z", "charging", false, "2 s ago", false],
  ["2026-03-01T11:00:00Z", "offline", true, "last seen 1 h ago", false],
  [null, "offline", true, "never seen", false],
])("seen at %s, %s, server there: %s: %s", (seen_at, status, live, words, old) => {
  expect(freshness({ seen_at, status }, NOW, live)).toEqual({ words, old });
});
