/** Why a session ended, in words for the reasons that charging protocols know. */
import { readable } from "$lib/format/words";
import { m } from "../../paraglide/messages.js";

const WORDS: Partial<Record<string, () => string>> = {
  evdisconnected: m.stop_ev_disconnected,
  local: m.stop_local,
  remote: m.stop_remote,
  powerloss: m.stop_power_loss,
  emergencystop: m.stop_emergency,
  hardreset: m.stop_restart,
  softreset: m.stop_restart,
  reboot: m.stop_restart,
  deauthorized: m.stop_deauthorized,
  unlockcommand: m.stop_unlock,
  other: m.stop_other,
};

/** Spellings differ between protocols and firmwares, so only the letters count. */
export const stopReasonWord = (reason: string): string =>
  WORDS[reason.toLowerCase().replace(/[^a-z]/g, "")]?.() ?? readable(reason);
