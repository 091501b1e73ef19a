/** Measurements as lines to draw: from the server's samples and what has come in live since; pure. */
import type { Charger, Sample } from "$lib/api/types";
import { meanVoltage, phaseCount } from "$lib/charger/current";

export type ChartKind = "power" | "energy" | "time";
export type Span = "15m" | "session" | "24h";

export const CHARTS: readonly ChartKind[] = ["power", "energy", "time"];
export const SPANS: readonly Span[] = ["15m", "session", "24h"];

export interface Point {
  /** Seconds since the epoch, as the chart wants them. */
  at: number;
  powerW: number | null;
  energyWh: number | null;
  limitW: number | null;
}

export interface Line {
  times: number[];
  values: (number | null)[];
  /** The limit in force, in the unit of the values; null where the chart has none. */
  limits: (number | null)[] | null;
}

const VOLTS = 230;
/** Below this a charger only draws for itself. */
const CHARGING_W = 100;

const strongest = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
};

/** The power that the limit would allow, on the phases that this sample shows in use. */
function limitPower(sample: Sample): number | null {
  if (sample.limit_a === null) return null;
  const phases = sample.current_a.filter((amps) => (amps ?? 0) >= 1).length || Math.max(1, sample.voltage_v.length);
  return sample.limit_a * phases * (strongest(sample.voltage_v) || VOLTS);
}

export function fromSamples(samples: readonly Sample[]): Point[] {
  return samples.map((sample) => ({
    at: Date.parse(sample.at) / 1000,
    powerW: sample.power_w,
    energyWh: sample.energy_wh,
    limitW: limitPower(sample),
  }));
}

/** Add what the charger reports now; the same report twice adds nothing. */
export function withLive(points: readonly Point[], charger: Charger): readonly Point[] {
  const at = Date.parse(charger.updated_at) / 1000;
  if (at <= (points.at(-1)?.at ?? -Infinity)) return points;
  if (charger.power_w === null) return points;
  const limitW = charger.limit.current_a * meanVoltage(charger) * phaseCount(charger);
  return [...points, { at, powerW: charger.power_w, energyWh: charger.session?.energy_wh ?? null, limitW }];
}

export const since = (points: readonly Point[], from: number): readonly Point[] =>
  points.filter((point) => point.at >= from);

/** The instant, in seconds, at which a span begins; null when it has no beginning. */
export function beginning(span: Span, charger: Pick<Charger, "session">, nowMs: number): number | null {
  const now = nowMs / 1000;
  if (span === "15m") return now - 15 * 60;
  if (span === "24h") return now - 24 * 3600;
  return charger.session === null ? null : Date.parse(charger.session.started_at) / 1000;
}

export function line(kind: ChartKind, points: readonly Point[]): Line {
  const times = points.map((point) => point.at);
  switch (kind) {
    case "power":
      return {
        times,
        values: points.map((point) => (point.powerW === null ? null : point.powerW / 1000)),
        limits: points.map((point) => (point.limitW === null ? null : point.limitW / 1000)),
      };
    case "energy":
      return {
        times,
        values: grown(points.map((point) => point.energyWh)).map((wh) => (wh === null ? null : wh / 1000)),
        limits: null,
      };
    case "time":
      return { times, values: chargedMinutes(points), limits: null };
    default:
      return kind satisfies never;
  }
}

/** Energy since the first value; a counter that falls has begun again at nought. */
export function grown(registers: readonly (number | null)[]): (number | null)[] {
  let total = 0;
  let previous: number | null = null;
  return registers.map((value) => {
    if (value === null) return null;
    if (previous !== null) total += value >= previous ? value - previous : value;
    previous = value;
    return total;
  });
}

/** Minutes in which energy flowed, adding up; a gap in the measurements adds nothing. */
export function chargedMinutes(points: readonly Point[]): number[] {
  const usual = median(points.slice(1).map((point, index) => point.at - (points[index]?.at ?? point.at)));
  let minutes = 0;
  return points.map((point, index) => {
    const before = points[index - 1];
    if (before !== undefined && (before.powerW ?? 0) > CHARGING_W) {
      const step = point.at - before.at;
      if (step <= Math.max(60, usual * 3)) minutes += step / 60;
    }
    return minutes;
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

export interface Extent {
  last: number;
  lowest: number;
  highest: number;
}

/** What a summary in words needs; null when there is no value at all. */
export function extent(values: readonly (number | null)[]): Extent | null {
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  if (last === undefined) return null;
  return { last, lowest: Math.min(...known), highest: Math.max(...known) };
}
