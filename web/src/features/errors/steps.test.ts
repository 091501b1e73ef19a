import { expect, it } from "vitest";
import { steps } from "./steps";

it("takes the numbers off the steps of a guide", () => {
  expect(steps("1. Stop.\n2. Call.\n\n10. Wait 2. hours.")).toEqual(["Stop.", "Call.", "Wait 2. hours."]);
});

it.each(["", "Just wait.", "First:\n1. Wait."])("leaves %j as it is", (text) => {
  expect(steps(text)).toBeNull();
});
