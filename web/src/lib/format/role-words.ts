/** The words for what a person may do. */
import type { Role } from "$lib/api/types";
import { m } from "../../paraglide/messages.js";
import { type Word, word } from "./words";

const ROLE: Record<Role, Word> = {
  viewer: m.role_viewer,
  driver: m.role_driver,
  operator: m.role_operator,
  owner: m.role_owner,
};

export const roleWord = (role: Role): string => word(ROLE, role);
