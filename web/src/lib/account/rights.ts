/** What a role may do, to hide what the server would refuse; the server remains the judge. Pure. */
import type { Role } from "$lib/api/types";

const RANK: Record<Role, number> = { viewer: 0, driver: 1, operator: 2, owner: 3 };

export type Right = "charge" | "configure" | "operate" | "own";

const NEEDED: Record<Right, Role> = {
  /** Start, stop, pause, authorise, set the allowed current. */
  charge: "driver",
  /** Names, switches, cards, approval of devices. */
  configure: "operator",
  /** Raw OCPP actions and message logs. */
  operate: "operator",
  /** Users and the inspection after a relay failure. */
  own: "owner",
};

export const may = (role: Role | undefined, right: Right): boolean =>
  role !== undefined && RANK[role] >= RANK[NEEDED[right]];

/** The roles that someone with this role can hand out. */
export const rolesUpTo = (role: Role): Role[] =>
  (Object.keys(RANK) as Role[]).filter((candidate) => RANK[candidate] <= RANK[role]);
