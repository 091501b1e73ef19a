import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { whileSeen } from "./repeat";

const page = { hidden: false };

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", page);
  page.hidden = false;
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("begins at once and goes on until it is stopped", async () => {
  const work = vi.fn(() => Promise.resolve());
  const stop = whileSeen(work, 1_000);
  expect(work).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(work).toHaveBeenCalledTimes(3);
  stop();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(work).toHaveBeenCalledTimes(3);
});

it("waits for the work to end before it counts the pause", async () => {
  let end: () => void = () => undefined;
  const work = vi.fn(() => new Promise<void>((resolve) => (end = resolve)));
  const stop = whileSeen(work, 1_000);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(work).toHaveBeenCalledTimes(1);
  end();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(work).toHaveBeenCalledTimes(2);
  stop();
});

it("rests while nobody sees the page", async () => {
  page.hidden = true;
  const work = vi.fn(() => Promise.resolve());
  const stop = whileSeen(work, 1_000);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(work).not.toHaveBeenCalled();
  page.hidden = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(work).toHaveBeenCalledTimes(1);
  stop();
});
