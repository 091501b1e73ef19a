/** A car that draws more than it is allowed, in words. */
import type { Charger } from "$lib/api/types";
import type { Zone } from "$lib/format/moment";
import { current, plain, preciseCurrent } from "$lib/format/quantity";
import { m } from "../../paraglide/messages.js";

type Warning = Charger["warnings"][number];

export function overLimit({ locale }: Zone, { measured_a, limit_a }: Warning): string {
  const allowed = plain(current(locale, limit_a));
  return measured_a === null
    ? m.warning_over_limit_unknown({ allowed })
    : m.warning_over_limit({ drawn: plain(preciseCurrent(locale, measured_a)), allowed });
}
