import { expect, it } from "vitest";
import { paced } from "./pace";

/** Frames every 16 ms by a clock that is turned by hand. */
function clockwork() {
  let now = 1_000;
  const due: { at: number; work: () => void }[] = [];
  const wait = (work: () => void, ms: number): void => void due.push({ at: now + ms, work });
  const drawn: number[] = [];
  const soon = paced({ frame: (work) => wait(work, 16), wait, now: () => now });
  const until = (end: number): void => {
    for (;;) {
      due.sort((one, other) => one.at - other.at);
      const next = due[0];
      if (next === undefined || next.at > end) break;
      due.shift();
      now = next.at;
      next.work();
    }
    now = end;
  };
  return { drawn, until, say: () => soon(() => drawn.push(now)) };
}

it("draws what comes now and then with the next frame", () => {
  const { drawn, say, until } = clockwork();
  for (const at of [1_000, 1_500, 3_000]) {
    until(at);
    say();
  }
  until(4_000);
  expect(drawn).toEqual([1_016, 1_516, 3_016]);
});

it("draws a stream ten times a second at most, and its end as well", () => {
  const { drawn, say, until } = clockwork();
  for (let at = 1_000; at <= 2_000; at += 250) {
    until(at);
    say();
    until(at + 20);
    say();
  }
  until(3_000);
  expect(drawn).toHaveLength(10);
  expect(drawn.every((at, place) => place === 0 || at - (drawn[place - 1] as number) >= 100)).toBe(true);
  expect(drawn.at(-1)).toBeLessThan(2_150);
});
