/** The words for where a session came from and who allowed it. */
import type { AuthorizedBy, Session } from "$lib/api/types";
import { m } from "../../paraglide/messages.js";
import { type Word, word } from "./words";

const ORIGIN: Record<Session["origin"], Word> = {
  live: m.origin_live,
  offline: m.origin_offline,
  recovered: m.origin_recovered,
  manual: m.origin_manual,
};

export const originWord = (origin: Session["origin"]): string => word(ORIGIN, origin);

/** Who allowed a session, as far as it is known. */
export function authorizer(by: AuthorizedBy | null): string {
  if (by === null || by.kind === "unknown") return m.authorized_unknown();
  if (by.kind === "plug_and_charge") return m.authorized_plug_and_charge();
  if (by.kind === "device") return m.authorized_device();
  if (by.label) return by.label;
  return by.kind === "card" ? m.authorized_card() : by.kind === "user" ? m.authorized_user() : m.authorized_remote();
}
