/** How a meter pushes its readings, as text to copy: the address, a reading, and a command that sends one; pure. */

export const pushAddress = (origin: string, station: string): string =>
  `${origin}/api/stations/${encodeURIComponent(station)}/readings`;

/** A reading of the grid connection; the second phase exports. */
export const EXAMPLE = `{"phases": [
  {"phase": 1, "current_a": 9.4, "voltage_v": 230.1, "power_w": 2163},
  {"phase": 2, "current_a": 2.1, "voltage_v": 231.0, "power_w": -485},
  {"phase": 3, "power_w": 640}
]}`;

export const curl = (address: string): string =>
  `curl -X POST ${address} -H 'Authorization: Bearer TOKEN' -H 'Content-Type: application/json' -d '{"phases": [{"phase": 1, "current_a": 9.4}]}'`;
