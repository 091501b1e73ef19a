/** What was odd about a session, in words. */
import { readable } from "$lib/format/words";
import { m } from "../../paraglide/messages.js";

const WORDS: Partial<Record<string, () => string>> = {
  register_went_back: m.anomaly_register_went_back,
  register_leapt: m.anomaly_register_leapt,
  stop_below_start: m.anomaly_stop_below_start,
  start_unknown: m.anomaly_start_unknown,
  stop_unknown: m.anomaly_stop_unknown,
  clock_off: m.anomaly_clock_off,
  overlapping: m.anomaly_overlapping,
};

/** A code that this version does not know is shown as it came, made readable. */
export const anomalyWord = (code: string): string => WORDS[code]?.() ?? readable(code);
