import { expect, it } from "vitest";
import { ProblemError } from "$lib/api/problem";
import { Writes } from "./writes.svelte";

it("is pending until the device has confirmed", async () => {
  const writes = new Writes();
  let confirm: () => void = () => undefined;
  const done = writes.run("locked", () => new Promise<void>((resolve) => (confirm = resolve)));
  expect(writes.isRunning("locked")).toBe(true);
  expect(writes.isRunning("name")).toBe(false);
  confirm();
  expect(await done).toBe(true);
  expect(writes.isRunning("locked")).toBe(false);
});

it("keeps the reason of a refusal until the next wish", async () => {
  const writes = new Writes();
  const refused = (): Promise<never> => Promise.reject(new ProblemError(502, { detail: "The charger refused" }));
  expect(await writes.run("locked", refused)).toBe(false);
  expect(writes.refusal("locked")).toBe("The charger refused");
  expect(writes.refusal("name")).toBeNull();
  expect(await writes.run("locked", () => Promise.resolve())).toBe(true);
  expect(writes.refusal("locked")).toBeNull();
});

it("says at a field what is wrong with it, without its name", async () => {
  const writes = new Writes();
  const errors = [{ field: "current_a", message: "must lie between 6 and 32" }];
  const refused = (): Promise<never> =>
    Promise.reject(new ProblemError(422, { detail: "Current_a is 40; it must lie between 6 and 32", errors }));
  await writes.run("current_a", refused);
  expect(writes.refusal("current_a")).toBe("Must lie between 6 and 32");
});
