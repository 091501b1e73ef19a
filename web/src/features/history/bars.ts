/** The history as bars of a chart: their series, names and values, and where a bar leads; pure. */
import type { Group } from "$lib/api/history";
import type { History, HistoryBucket } from "$lib/api/types";
import { noonOf, wallOf } from "$lib/calendar/days";
import type { Bucket, PeriodKind } from "$lib/calendar/period";
import type { Bar } from "$ui/charts/bars";
import { MOST_SERIES, type SeriesTone, toneInLine, toneOfSource } from "$ui/charts/tones";

export interface Series {
  id: string;
  label: string;
  tone: SeriesTone;
}

export interface Words {
  /** What a source is called. */
  source: (id: string) => string;
  /** Energy that belongs to no group. */
  nobody: string;
  /** All that have no colour of their own. */
  others: string;
}

const OTHERS = "\u0000others";

/** The groups with a colour each; beyond the last colour they become one. */
export function seriesOf({ group, groups }: Pick<History, "group" | "groups">, words: Words): Series[] {
  if (group === "source") return groups.map(({ id }) => ({ id, label: words.source(id), tone: toneOfSource(id) }));
  const named = groups.map(({ id, label }) => ({ id, label: id === "" ? words.nobody : label || id }));
  const own = named.length > MOST_SERIES ? named.slice(0, MOST_SERIES - 1) : named;
  const series: Series[] = own.map((one, place) => ({ ...one, tone: toneInLine(place) }));
  return own.length < named.length ? [...series, { id: OTHERS, label: words.others, tone: "grey" }] : series;
}

export type Measure = "energy" | "cost";

/** A bucket's value for each series; the others are the rest, for not every group has its part told. */
export function valuesOf(bucket: HistoryBucket, series: readonly Series[], measure: Measure): number[] {
  const value = (id: string): number => {
    const part = bucket.parts[id];
    if (part === undefined) return 0;
    return measure === "energy" ? part.energy_wh / 1000 : Number(part.cost?.amount ?? 0);
  };
  const whole = measure === "energy" ? bucket.energy_wh / 1000 : Number(bucket.cost?.amount ?? 0);
  const own = series.reduce((sum, { id }) => sum + value(id), 0);
  return series.map(({ id }) => (id === OTHERS ? whole - own : value(id)));
}

/** What a kilowatt-hour of a bucket cost on average. */
export const averageOf = ({ cost, energy_wh: energy }: HistoryBucket): number | null =>
  cost === null || cost === undefined || energy <= 0 ? null : Number(cost.amount) / (energy / 1000);

interface Place {
  locale: string;
  timeZone: string;
}

const write = (locale: string, style: Intl.DateTimeFormatOptions, at: Date): string =>
  new Intl.DateTimeFormat(locale, { ...style, timeZone: "UTC" }).format(at);

/** How a bar is called: shortly under it, and fully where it is read. */
export function namesOf(
  { start, end }: Pick<HistoryBucket, "start" | "end">,
  { bucket, kind }: { bucket: Bucket; kind: PeriodKind },
  { locale, timeZone }: Place,
): { label: string; title: string } {
  const at = new Date(start);
  const { day, hour } = wallOf(at, timeZone);
  const noon = noonOf(day);
  const month = { month: "long", year: "numeric" } as const;
  switch (bucket) {
    case "hour": {
      const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone });
      const title = `${clock.format(at)} – ${clock.format(new Date(end))}`;
      return {
        label: String(hour),
        title: kind === "day" ? title : `${write(locale, { day: "numeric", month: "short" }, noon)}, ${title}`,
      };
    }
    case "day": {
      const title = write(locale, { weekday: "short", day: "numeric", month: "short" }, noon);
      const short = kind === "week" ? ({ weekday: "short" } as const) : ({ day: "numeric" } as const);
      return { label: write(locale, short, noon), title };
    }
    case "week":
      return {
        label: write(locale, { day: "numeric", month: "numeric" }, noon),
        title: write(locale, { day: "numeric", month: "short", year: "numeric" }, noon),
      };
    case "month":
      return { label: write(locale, { month: "short" }, noon), title: write(locale, month, noon) };
    case "year":
      return { label: write(locale, { year: "numeric" }, noon), title: write(locale, { year: "numeric" }, noon) };
    default:
      return bucket satisfies never;
  }
}

export interface View {
  bucket: Bucket;
  kind: PeriodKind;
  place: Place;
}

/** Bars of energy, or of money with the average price over them. */
export function barsOf(history: History, series: readonly Series[], measure: Measure, view: View): Bar[] {
  return history.buckets.map((bucket): Bar => {
    const names = namesOf(bucket, view, view.place);
    if (measure === "energy") return { key: bucket.start, ...names, values: valuesOf(bucket, series, measure) };
    const values = history.group === "source" ? [Number(bucket.cost?.amount ?? 0)] : valuesOf(bucket, series, measure);
    return { key: bucket.start, ...names, values, line: averageOf(bucket) };
  });
}

const FINER: Partial<Record<Bucket, PeriodKind>> = { day: "day", week: "week", month: "month", year: "year" };

/** The period that a bar stands for; an hour has none. */
export function leadsTo(bucket: Bucket, key: string, timeZone: string): { period: PeriodKind; day: string } | null {
  const period = FINER[bucket];
  return period === undefined ? null : { period, day: wallOf(new Date(key), timeZone).day };
}

/** By which groups there is anything to tell apart. */
export function groupsFor(has: { chargers: number; users: boolean; stations: number }): Group[] {
  return [
    "source",
    ...(has.chargers > 1 ? (["charger"] as const) : []),
    ...(has.users ? (["user"] as const) : []),
    ...(has.stations > 1 ? (["station"] as const) : []),
  ];
}
