/** What is missing or wrong in a tariff before it is sent, by the place in the form; pure. */
import { decimal } from "$lib/format/decimal";
import { type BandDraft, type Draft, followsExchange } from "./draft";
import { needsArea } from "./sources";

export type Fault = "missing" | "number" | "negative" | "name" | "days" | "quarter" | "order" | "area";

export type Faults = Readonly<Record<string, Fault>>;

const QUARTER = /^([01]\d|2[0-3]):(00|15|30|45)$/;

class Finder {
  readonly found: Record<string, Fault> = {};

  number(place: string, text: string, { needed = true, positive = false } = {}): void {
    if (text.trim() === "") {
      if (needed) this.found[place] = "missing";
      return;
    }
    const value = decimal(text);
    if (value === null) this.found[place] = "number";
    else if (positive && value.startsWith("-")) this.found[place] = "negative";
  }

  named(place: string, text: string): void {
    if (text.trim() === "") this.found[place] = "name";
  }

  bands(place: string, bands: readonly BandDraft[]): void {
    for (const [index, band] of bands.entries()) {
      this.number(`${place}.${index}.price`, band.price);
      if (band.days.length === 0) this.found[`${place}.${index}.days`] = "days";
      if (!QUARTER.test(band.start)) this.found[`${place}.${index}.start`] = "quarter";
      if (!QUARTER.test(band.end)) this.found[`${place}.${index}.end`] = "quarter";
    }
  }
}

/** By place, as `bands.0.price`; nothing where all is well. */
export function faultsOf(draft: Draft): Faults {
  const finder = new Finder();
  if (draft.kind === "spot") {
    finder.number("factor", draft.factor, { positive: true });
    finder.number("add", draft.add, { needed: false });
    finder.number("fallback", draft.fallback, { needed: false });
  } else finder.number("price", draft.price);
  if (draft.kind === "time_of_use") finder.bands("bands", draft.bands);
  if (followsExchange(draft) && needsArea(draft.source.kind) && draft.source.area.trim() === "")
    finder.found["area"] = "area";
  finder.number("vat", draft.vat, { needed: false, positive: true });
  more(finder, draft);
  return finder.found;
}

function more(finder: Finder, draft: Draft): void {
  if (draft.gridFee.kind !== "none") finder.number("gridFee.price", draft.gridFee.price);
  if (draft.gridFee.kind === "time_of_use") finder.bands("gridFee.bands", draft.gridFee.bands);
  for (const [index, fee] of draft.fees.entries()) {
    finder.named(`fees.${index}.name`, fee.name);
    finder.number(`fees.${index}.perKwh`, fee.perKwh, { needed: false });
    finder.number(`fees.${index}.perDay`, fee.perDay, { needed: false });
  }
  for (const [index, tax] of draft.taxes.entries()) {
    finder.named(`taxes.${index}.name`, tax.name);
    finder.number(`taxes.${index}.percent`, tax.percent, { needed: false, positive: true });
    finder.number(`taxes.${index}.perKwh`, tax.perKwh, { needed: false });
  }
  let above = 0;
  for (const [index, tier] of draft.tiers.entries()) {
    finder.number(`tiers.${index}.above`, tier.above, { positive: true });
    finder.number(`tiers.${index}.add`, tier.add);
    const begins = Number(decimal(tier.above) ?? Number.NaN);
    if (begins <= above) finder.found[`tiers.${index}.above`] ??= "order";
    above = begins;
  }
  if (draft.demand !== null) {
    finder.number("demand.perKw", draft.demand.perKw, { positive: true });
    finder.number("demand.leastKw", draft.demand.leastKw, { needed: false, positive: true });
  }
  if (draft.feedIn.kind === "fixed") finder.number("feedIn.price", draft.feedIn.price);
  if (draft.battery.kind === "fixed") finder.number("battery.price", draft.battery.price);
  finder.number("flat", draft.flat, { needed: false });
}
