import { expect, it } from "vitest";
import { may, rolesUpTo } from "./rights";

it.each([
  ["viewer", "charge", false],
  ["driver", "charge", true],
  ["driver", "configure", false],
  ["operator", "configure", true],
  ["operator", "operate", true],
  ["operator", "own", false],
  ["owner", "own", true],
  [undefined, "charge", false],
] as const)("%s may %s: %s", (role, right, expected) => {
  expect(may(role, right)).toBe(expected);
});

it("hands out no role above one's own", () => {
  expect(rolesUpTo("operator")).toEqual(["viewer", "driver", "operator"]);
});
