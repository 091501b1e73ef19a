/** A tariff as it is typed into the form, from the terms in force and back to terms; knows no screen. Pure. */
import type { TariffBand, TariffDay, TariffPart, TariffTerms } from "$lib/api/types";
import { decimal, toPercent, toRatio } from "$lib/format/decimal";

export const DAYS = [
  "mon",
  "tue",
  "wed",
  "thu",
  "fri",
  "sat",
  "sun",
  "holiday",
] as const satisfies readonly TariffDay[];
export const WORKDAYS: readonly TariffDay[] = DAYS.slice(0, 5);
export const PARTS = ["energy", "grid_fee", "fees", "demand", "tax"] as const satisfies readonly TariffPart[];

export type Kind = "fixed" | "time_of_use" | "spot";

export interface BandDraft {
  price: string;
  start: string;
  end: string;
  days: TariffDay[];
  /** Null is the whole year; else the first and the last day, as 11-01. */
  season: { first: string; last: string } | null;
}

/** A price at all times, or by bands; `none` where nothing is paid. */
export interface FeeDraft {
  kind: "none" | "fixed" | "time_of_use";
  price: string;
  bands: BandDraft[];
}

export interface WorthDraft {
  kind: "none" | "fixed" | "spot";
  price: string;
  factor: string;
}

export interface TaxDraft {
  name: string;
  percent: string;
  perKwh: string;
  on: TariffPart[];
}

export interface Draft {
  currency: string;
  decimals: number;
  kind: Kind;
  price: string;
  bands: BandDraft[];
  holidays: { country: string; subdivision: string } | null;
  source: { kind: string; area: string };
  factor: string;
  add: string;
  fallback: string;
  slotMinutes: 15 | 60;
  vat: string;
  gridFee: FeeDraft;
  fees: { name: string; perKwh: string; perDay: string }[];
  taxes: TaxDraft[];
  demand: { perKw: string; leastKw: string } | null;
  tiers: { above: string; add: string }[];
  feedIn: WorthDraft;
  battery: WorthDraft;
  flat: string;
}

const NO_FEE: FeeDraft = { kind: "none", price: "", bands: [] };
const NO_WORTH: WorthDraft = { kind: "none", price: "", factor: "1" };

export const newBand = (): BandDraft => ({ price: "", start: "22:00", end: "06:00", days: [...DAYS], season: null });

export const emptyDraft = (currency: string): Draft => ({
  currency,
  decimals: 2,
  kind: "fixed",
  price: "",
  bands: [newBand()],
  holidays: null,
  source: { kind: "energy_charts", area: "" },
  factor: "1",
  add: "",
  fallback: "",
  slotMinutes: 60,
  vat: "",
  gridFee: { ...NO_FEE },
  fees: [],
  taxes: [],
  demand: null,
  tiers: [],
  feedIn: { ...NO_WORTH },
  battery: { ...NO_WORTH },
  flat: "",
});

const bandDraft = (band: TariffBand): BandDraft => ({
  price: band.price_per_kwh,
  start: band.start ?? "00:00",
  end: band.end ?? "00:00",
  days: [...(band.days ?? DAYS)],
  season: band.season ?? null,
});

type Energy = TariffTerms["energy"];

function feeDraft(terms: TariffTerms["grid_fee"]): FeeDraft {
  if (!terms) return { ...NO_FEE };
  const bands = terms.kind === "time_of_use" ? terms.bands.map(bandDraft) : [];
  return { kind: terms.kind, price: terms.price_per_kwh, bands };
}

function worthDraft(terms: Energy | null | undefined): WorthDraft {
  if (!terms) return { ...NO_WORTH };
  if (terms.kind === "spot") return { kind: "spot", price: terms.fallback_per_kwh, factor: terms.factor ?? "1" };
  return { kind: "fixed", price: terms.price_per_kwh, factor: "1" };
}

type Tax = NonNullable<TariffTerms["taxes"]>[number];

/** A share of everything, taxes before it included, with nothing by energy: that is value added tax. */
const isVat = ({ per_kwh: perKwh = "0", on = [...PARTS] }: Tax): boolean =>
  decimal(perKwh) === "0" && PARTS.every((part) => on.includes(part));

/** The form for the terms that are in force. */
export function draftOf(terms: TariffTerms): Draft {
  const { energy, taxes = [] } = terms;
  const last = taxes.at(-1);
  const vat = last !== undefined && isVat(last) ? last : null;
  const base = emptyDraft(terms.currency);
  return {
    ...base,
    decimals: terms.decimals ?? 2,
    kind: energy.kind,
    ...(energy.kind === "spot"
      ? {
          factor: energy.factor ?? "1",
          add: energy.add_per_kwh ?? "",
          fallback: energy.fallback_per_kwh,
          slotMinutes: energy.slot_min === 15 ? 15 : 60,
        }
      : { price: energy.price_per_kwh }),
    ...(energy.kind === "time_of_use" ? { bands: energy.bands.map(bandDraft) } : {}),
    holidays: terms.holidays
      ? { country: terms.holidays.country, subdivision: terms.holidays.subdivision ?? "" }
      : null,
    source: terms.source ? { kind: terms.source.kind, area: terms.source.area ?? "" } : base.source,
    vat: vat === null ? "" : toPercent(vat.ratio ?? "0"),
    gridFee: feeDraft(terms.grid_fee),
    fees: (terms.fees ?? []).map((fee) => ({ name: fee.name, perKwh: fee.per_kwh ?? "0", perDay: fee.per_day ?? "0" })),
    taxes: taxes
      .filter((tax) => tax !== vat)
      .map(({ name, ratio = "0", per_kwh: perKwh = "0", on = [...PARTS] }) => ({
        name,
        percent: toPercent(ratio),
        perKwh,
        on: [...on],
      })),
    demand: terms.demand ? { perKw: terms.demand.per_kw, leastKw: terms.demand.least_kw ?? "0" } : null,
    tiers: (terms.tiers ?? []).map(({ above_kwh: above, add_per_kwh: add }) => ({ above, add })),
    feedIn: worthDraft(terms.feed_in),
    battery: worthDraft(terms.battery),
    flat: terms.flat_price_per_kwh ?? "",
  };
}

/** Nothing typed is nought. */
const orNought = (text: string): string => (text.trim() === "" ? "0" : (decimal(text) ?? text));
const given = (text: string): string => decimal(text) ?? text;

const band = ({ price, start, end, days, season }: BandDraft): TariffBand => ({
  price_per_kwh: given(price),
  start,
  end,
  days: DAYS.filter((day) => days.includes(day)),
  season,
});

function fee({ kind, price, bands }: FeeDraft): TariffTerms["grid_fee"] {
  if (kind === "none") return null;
  if (kind === "fixed") return { kind, price_per_kwh: given(price) };
  return { kind, price_per_kwh: given(price), bands: bands.map(band), knows_holidays: true };
}

function worth({ kind, price, factor }: WorthDraft, slotMinutes: number): Energy | null {
  if (kind === "none") return null;
  if (kind === "fixed") return { kind, price_per_kwh: given(price) };
  return { kind, fallback_per_kwh: orNought(price), factor: given(factor), add_per_kwh: "0", slot_min: slotMinutes };
}

function energyOf(draft: Draft): Energy {
  const { kind } = draft;
  switch (kind) {
    case "fixed":
      return { kind, price_per_kwh: given(draft.price) };
    case "time_of_use":
      return { kind, price_per_kwh: given(draft.price), bands: draft.bands.map(band), knows_holidays: true };
    case "spot":
      return {
        kind,
        factor: given(draft.factor),
        add_per_kwh: orNought(draft.add),
        fallback_per_kwh: orNought(draft.fallback),
        slot_min: draft.slotMinutes,
      };
    default:
      return kind satisfies never;
  }
}

/** Whether any price of the draft is the exchange's. */
export const followsExchange = ({ kind, feedIn, battery }: Draft): boolean =>
  [kind, feedIn.kind, battery.kind].includes("spot");

/** The terms that a draft means; what is wrong with them is `faultsOf`. */
export function termsOf(draft: Draft, vatName: string): TariffTerms {
  const vat = decimal(draft.vat) ?? "0";
  const taxes = draft.taxes.map(({ name, percent, perKwh, on }): Tax => ({
    name,
    ratio: toRatio(orNought(percent)),
    per_kwh: orNought(perKwh),
    on: PARTS.filter((part) => on.includes(part)),
  }));
  const { holidays, source } = draft;
  return {
    currency: draft.currency,
    decimals: draft.decimals,
    energy: energyOf(draft),
    grid_fee: fee(draft.gridFee),
    tiers: draft.tiers.map(({ above, add }) => ({ above_kwh: given(above), add_per_kwh: given(add) })),
    fees: draft.fees.map(({ name, perKwh, perDay }) => ({
      name,
      per_kwh: orNought(perKwh),
      per_day: orNought(perDay),
    })),
    demand: draft.demand && { per_kw: given(draft.demand.perKw), least_kw: orNought(draft.demand.leastKw) },
    taxes: vat === "0" ? taxes : [...taxes, { name: vatName, ratio: toRatio(vat), per_kwh: "0", on: [...PARTS] }],
    feed_in: worth(draft.feedIn, draft.slotMinutes),
    battery: worth(draft.battery, draft.slotMinutes),
    flat_price_per_kwh: draft.flat.trim() === "" ? null : given(draft.flat),
    source: followsExchange(draft) ? { kind: source.kind as never, area: source.area.trim() } : null,
    holidays: holidays && { country: holidays.country, subdivision: holidays.subdivision.trim() || null },
  };
}

/** Everything that is not in the short form: whether the long one has something to show. */
export const usesMore = (draft: Draft): boolean =>
  draft.gridFee.kind !== "none" ||
  draft.fees.length + draft.taxes.length + draft.tiers.length > 0 ||
  draft.demand !== null ||
  draft.battery.kind !== "none" ||
  draft.flat !== "";
