/** Time zones to choose from, and the one that this browser lives in. */

/** Browsers say this, or nothing, when they do not know where they are. */
const UNKNOWN = "Etc/Unknown";

/** The IANA name of this browser's zone; null when it does not know. */
export function browserZone(): string | null {
  const zone: string | undefined = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone === undefined || zone === UNKNOWN ? null : zone;
}

/** As options of a select; those in `kept` are among them, whatever the browser knows. */
export function zoneOptions(...kept: readonly (string | null)[]): { value: string; label: string }[] {
  const names = new Set([...kept, ...Intl.supportedValuesOf("timeZone"), "UTC"]);
  return [...names]
    .filter((zone): zone is string => Boolean(zone))
    .sort()
    .map((zone) => ({ value: zone, label: zoneName(zone) }));
}

export const zoneName = (zone: string): string => zone.replaceAll("_", " ");

/** Whether a station still goes by the clock that it was made with, while this browser goes by another. */
export const isUnset = (station: string, browser: string | null): boolean =>
  station === "UTC" && browser !== null && !GREENWICH.has(browser);

/** Names of UTC itself; a browser set to one of these has nothing better to offer. */
const GREENWICH: ReadonlySet<string> = new Set(["UTC", "Etc/UTC", "Etc/GMT", "GMT", "Etc/Greenwich", "Etc/UCT"]);
