import { expect, it } from "vitest";
import { readConfiguration } from "./configuration";

it("reads and sorts the keys", () => {
  const answer = {
    configurationKey: [
      { key: "B", readonly: true, value: "1" },
      { key: "A", readonly: false },
    ],
  };
  expect(readConfiguration(answer)).toEqual([
    { key: "A", readonly: false, value: "" },
    { key: "B", readonly: true, value: "1" },
  ]);
});

it.each([null, {}, { configurationKey: null }, { configurationKey: [null, 7, {}] }])(
  "finds nothing in %j",
  (answer) => {
    expect(readConfiguration(answer)).toEqual([]);
  },
);
