import { expect, it } from "vitest";
import type { Status } from "$lib/api/types";
import { charger } from "../../testing/resources";
import { onTheWall, tileWidth, together } from "./wall";

const named = (name: string, status: Status) => charger({ id: name, name, status });

it("shows first what somebody has to see to, and keeps the order of names", () => {
  const all = [named("A", "available"), named("B", "charging"), named("C", "error"), named("D", "charging")];
  expect(onTheWall(all).map(({ name }) => name)).toEqual(["C", "B", "D", "A"]);
});

it("makes tiles smaller, never larger, the more there are", () => {
  const widths = Array.from({ length: 300 }, (_, count) => tileWidth(count));
  expect(widths).toEqual([...widths].sort((one, other) => other - one));
});

it("adds up what is known", () => {
  expect(together([])).toBeNull();
  expect(together([charger({ power_w: 7_000 }), charger({ power_w: 500 })])).toBe(7_500);
});
