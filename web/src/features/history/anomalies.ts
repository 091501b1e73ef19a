/** What was odd about a session, in words. */
import { readable } from "$lib/format/words";
import { m } from "../../paraglide/messages.js";

const WORDS: Record<string, () => string> = {
  energy_gap: m.anomaly_energy_gap,
  meter_reset: m.anomaly_meter_reset,
  meter_fell: m.anomaly_meter_reset,
  clock_moved: m.anomaly_clock_moved,
  clock_offset: m.anomaly_clock_moved,
  unknown_transaction: m.anomaly_unknown_transaction,
  start_missing: m.anomaly_start_missing,
  stop_missing: m.anomaly_stop_missing,
  over_limit: m.anomaly_over_limit,
};

/** A code that this version does not know is shown as it came, made readable. */
export const anomalyWord = (code: string): string => WORDS[code]?.() ?? readable(code);
