import { describe, expect, it } from "vitest";
import { blocksIn, cellAt, layoutCalendar, layoutWeek, levelOf, LEVELS } from "./heat";

it.each([
  [null, 10, 0],
  [0, 10, 0],
  [-1, 10, 0],
  [5, 0, 0],
  [0.001, 10, 1],
  [2, 10, 1],
  [2.1, 10, 2],
  [10, 10, LEVELS],
])("%s of %d is level %d", (value, top, level) => {
  expect(levelOf(value, top)).toBe(level);
});

const MONTHS = {
  width: 328,
  firstWeekday: 0,
  monthName: (month: string): string => month.slice(0, 7),
  dayNames: ["M", "T", "W", "T", "F", "S", "S"],
};

describe("a calendar", () => {
  const year = layoutCalendar(new Map([["2026-11-29", 8]]), { first: "2026-01-01", last: "2026-12-31" }, MONTHS);

  it("has a cell for each day and a name for each month", () => {
    expect(year.cells).toHaveLength(365);
    expect(year.labels.map(({ text }) => text).slice(0, 2)).toEqual(["2026-01", "2026-02"]);
    expect(year.labels).toHaveLength(12);
  });

  it("puts a day under its weekday, by the week of the locale", () => {
    const column = (firstWeekday: number): number => {
      const { cells } = layoutCalendar(
        new Map(),
        { first: "2026-11-01", last: "2026-11-30" },
        { ...MONTHS, firstWeekday },
      );
      const at = cells.find(({ key }) => key === "2026-11-29");
      return Math.round((at?.x ?? -1) / ((at?.width ?? 0) + 2));
    };
    expect(column(0)).toBe(6);
    expect(column(6)).toBe(0);
  });

  it("colours the strongest day most, and a day without a session not at all", () => {
    expect(year.top).toBe(8);
    expect(year.cells.find(({ key }) => key === "2026-11-29")?.level).toBe(LEVELS);
    expect(year.cells.find(({ key }) => key === "2026-11-28")).toMatchObject({ value: 0, level: 0 });
  });

  it("begins and ends where the time does", () => {
    const { cells } = layoutCalendar(new Map(), { first: "2026-01-30", last: "2026-02-02" }, MONTHS);
    expect(cells.map(({ key }) => key)).toEqual(["2026-01-30", "2026-01-31", "2026-02-01", "2026-02-02"]);
  });

  it.each([328, 400, 680, 1_100])("of a year stays inside %d pixels, without overlap", (width) => {
    const { cells, height } = layoutCalendar(
      new Map(),
      { first: "2026-01-01", last: "2026-12-31" },
      { ...MONTHS, width },
    );
    const places = new Set(cells.map(({ x, y }) => `${Math.round(x)}/${Math.round(y)}`));
    expect(places.size).toBe(cells.length);
    for (const cell of cells) {
      expect(cell.x + cell.width).toBeLessThanOrEqual(width);
      expect(cell.y + cell.height).toBeLessThanOrEqual(height);
    }
  });

  it.each([
    [328, 12, 3],
    [680, 12, 6],
    [1_100, 12, 6],
    [328, 1, 1],
    [60, 12, 1],
  ])("in %d pixels %d months stand %d side by side", (width, months, columns) => {
    expect(blocksIn(width, months).columns).toBe(columns);
  });
});

describe("the hours of a week", () => {
  const words = {
    width: 328,
    firstWeekday: 6,
    dayNames: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    hourName: (hour: number): string => `${hour}h`,
  };
  const values = Array.from({ length: 168 }, (_, hour) => (hour === 6 * 24 + 13 ? 4 : null));
  const layout = layoutWeek(values, words);

  it("begin with the first day of the locale", () => {
    expect(layout.labels.slice(0, 2).map(({ text }) => text)).toEqual(["Sun", "Mon"]);
    expect(layout.cells.findIndex(({ value }) => value === 4)).toBe(13);
    expect(layout.cells).toHaveLength(168);
  });

  it("are found by the pointer", () => {
    const [first, last] = [layout.cells[0], layout.cells[167]];
    expect(cellAt(layout, 0, 0)).toBe(0);
    expect(cellAt(layout, (last?.x ?? 0) + 1, (last?.y ?? 0) + 1)).toBe(167);
    expect(cellAt(layout, (first?.x ?? 0) + (first?.width ?? 0) * 1.6, (first?.y ?? 0) + 2)).toBe(1);
    expect(cellAt({ ...layout, cells: [] }, 0, 0)).toBeNull();
  });

  it.each([320, 328, 700])("stay inside %d pixels", (width) => {
    for (const cell of layoutWeek(values, { ...words, width }).cells)
      expect(cell.x + cell.width).toBeLessThanOrEqual(width);
  });
});
