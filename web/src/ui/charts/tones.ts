/** The colours of series: energy sources keep theirs through the whole app, others take the next in line; pure. */
import type { Tone } from "$lib/charger/look";

export type SeriesTone = Tone | "teal";

/** Red means that something is wrong, so no series wears it. */
const IN_LINE: readonly SeriesTone[] = ["cyan", "violet", "amber", "green", "blue", "teal"];

const OF_SOURCE: Partial<Record<string, SeriesTone>> = { grid: "grey", solar: "yellow", battery: "teal" };

export const toneOfSource = (source: string): SeriesTone => OF_SOURCE[source] ?? "cyan";

/** How many series can be told apart; the rest become one. */
export const MOST_SERIES = IN_LINE.length;

export const toneInLine = (place: number): SeriesTone => IN_LINE[place] ?? "grey";
