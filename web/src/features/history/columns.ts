/** The columns that a table of sessions can have, which of them are shown, and how it is sorted; pure. */

export const COLUMNS = [
  "started_at",
  "ended_at",
  "charger",
  "station",
  "user",
  "authorized_by",
  "car",
  "energy_wh",
  "charging_time_s",
  "cost",
  "price",
  "note",
  "tags",
] as const;
export type Column = (typeof COLUMNS)[number];

/** Where a session began is how it is opened, so it is always there. */
export const ALWAYS: Column = "started_at";
export const AT_FIRST: readonly Column[] = [
  "started_at",
  "charger",
  "user",
  "energy_wh",
  "charging_time_s",
  "cost",
  "price",
];

const SORTABLE: ReadonlySet<string> = new Set([
  ...["started_at", "ended_at", "energy_wh", "charging_time_s"],
  ...["charger", "station", "user", "authorized_by", "car"],
]);
/** Of these the largest or newest is asked for first. */
const NUMERIC: ReadonlySet<string> = new Set([
  "started_at",
  "ended_at",
  "energy_wh",
  "charging_time_s",
  "cost",
  "price",
]);
const AT_END: ReadonlySet<string> = new Set(["energy_wh", "charging_time_s", "cost", "price"]);

export const sorts = (column: Column): boolean => SORTABLE.has(column);
/** Numbers stand at the end of their cell, under each other. */
export const isNumber = (column: Column): boolean => AT_END.has(column);

export interface Sort {
  column: Column;
  descending: boolean;
}

export const NEWEST_FIRST: Sort = { column: "started_at", descending: true };

const isColumn = (name: string): name is Column => COLUMNS.some((column) => column === name);

/** How an address asks for the sessions to be sorted. */
export function sortFrom(text: string | null): Sort {
  const descending = text?.startsWith("-") ?? false;
  const name = descending ? (text ?? "").slice(1) : (text ?? "");
  return isColumn(name) && sorts(name) ? { column: name, descending } : NEWEST_FIRST;
}

/** What the address and the server call it; the newest first needs no words. */
export const sortWord = ({ column, descending }: Sort): string | null =>
  column === NEWEST_FIRST.column && descending ? null : `${descending ? "-" : ""}${column}`;

/** What a press on a heading asks for: its natural order, then the other way round. */
export const pressed = (now: Sort, column: Column): Sort =>
  now.column === column ? { column, descending: !now.descending } : { column, descending: NUMERIC.has(column) };

/** The columns that were chosen some time, in the order of the table; anything unreadable is the first choice. */
export function columnsFrom(text: string | null): readonly Column[] {
  if (text === null) return AT_FIRST;
  const chosen = new Set(text.split(",").filter(isColumn));
  return chosen.size === 0 ? AT_FIRST : inOrder(chosen);
}

export const inOrder = (chosen: ReadonlySet<Column>): readonly Column[] =>
  COLUMNS.filter((column) => column === ALWAYS || chosen.has(column));

export const toggled = (columns: readonly Column[], column: Column): readonly Column[] => {
  const chosen = new Set(columns);
  if (!chosen.delete(column)) chosen.add(column);
  return inOrder(chosen);
};
