/** What was found on the network, as the list that a person chooses from; pure. */
import type { DeviceKind, DiscoveredDevice } from "$lib/api/types";

/** Those of the kind that is looked for, and those that have not said yet what they are; new ones first. */
export function choices(found: readonly DiscoveredDevice[], kind: DeviceKind): DiscoveredDevice[] {
  const rank = ({ is_known: isKnown, problem }: DiscoveredDevice): number => (isKnown ? 2 : problem === null ? 0 : 1);
  return found
    .filter((one) => one.kind === null || one.kind === kind)
    .sort((one, other) => rank(one) - rank(other) || name(one).localeCompare(name(other)));
}

/** How many of the other kind there are, so that nobody looks for them in vain. */
export const ofOtherKind = (found: readonly DiscoveredDevice[], kind: DeviceKind): number =>
  found.filter((one) => one.kind !== null && one.kind !== kind && !one.is_known).length;

/** What a device is called before it has a name: model and serial, or where it is. */
export const name = ({
  model,
  serial,
  address,
}: Pick<DiscoveredDevice, "model" | "serial"> & { address: string | null }): string =>
  [model, serial].filter(Boolean).join(" ") || (address ?? "");
