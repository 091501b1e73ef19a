/** The prices of today and tomorrow as steps, with the cheapest and the dearest of what is still to come; pure. */
import type { Prices } from "$lib/api/types";
import type { Slot } from "$ui/charts/steps";

/** Successive slots of one price become one. */
export function slotsOf({ slots }: Pick<Prices, "slots">): Slot[] {
  const found: Slot[] = [];
  for (const { start, end, buy, estimated } of slots) {
    const [from, to, value] = [Date.parse(start), Date.parse(end), Number(buy.amount)];
    const before = found.at(-1);
    if (before?.to === from && before.value === value && before.estimated === estimated && sameHour(before.from, from))
      before.to = to;
    else found.push({ from, to, value, estimated });
  }
  return found;
}

const HOUR_MS = 3_600_000;
const sameHour = (one: number, other: number): boolean => Math.floor(one / HOUR_MS) === Math.floor(other / HOUR_MS);

export interface Outlook {
  now: Slot | null;
  cheapest: Slot | null;
  dearest: Slot | null;
}

/** What a household wants to know: the price now, and when it is cheapest and dearest from now on. */
export function outlookOf(slots: readonly Slot[], now: number): Outlook {
  const ahead = slots.filter(({ to }) => to > now);
  const [cheapest, dearest] = [joined(ahead, Math.min), joined(ahead, Math.max)];
  const flat = cheapest?.value === dearest?.value;
  return {
    now: slots.find(({ from, to }) => from <= now && now < to) ?? null,
    cheapest: flat ? null : cheapest,
    dearest: flat ? null : dearest,
  };
}

/** The first of the slots with the extreme price, with those right after it that have the same. */
function joined(slots: readonly Slot[], pick: (...values: number[]) => number): Slot | null {
  if (slots.length === 0) return null;
  const value = pick(...slots.map((slot) => slot.value));
  const first = slots.findIndex((slot) => slot.value === value);
  const found = { ...slots[first] } as Slot;
  for (const slot of slots.slice(first + 1)) {
    if (slot.value !== value || slot.from !== found.to) break;
    found.to = slot.to;
  }
  return found;
}
