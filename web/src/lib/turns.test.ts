import { expect, test } from "vitest";
import { inOwnTurn } from "./turns";

const turn = (): Promise<void> => new Promise((resolve) => inOwnTurn(resolve));

test("work waits for a turn of its own, in the order in which it asked", async () => {
  const done: string[] = [];
  for (const name of ["header", "navigation", "rows"]) {
    inOwnTurn(() => {
      done.push(name);
      queueMicrotask(() => done.push(`${name} drawn`));
    });
  }
  expect(done).toEqual([]);
  await turn();
  expect(done).toEqual(["header", "header drawn", "navigation", "navigation drawn", "rows", "rows drawn"]);
});

test("what is called off is not done, and holds nothing up", async () => {
  const done: string[] = [];
  const callOff = inOwnTurn(() => done.push("gone"));
  inOwnTurn(() => done.push("kept"));
  callOff();
  await turn();
  expect(done).toEqual(["kept"]);
});
