/** What a browser calls itself, in a few words; pure. */

const BROWSERS: readonly [RegExp, string][] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Mac OS X/, "macOS"],
  [/Windows/, "Windows"],
  [/Linux/, "Linux"],
];

const first = (agent: string, known: readonly [RegExp, string][]): string | null =>
  known.find(([pattern]) => pattern.test(agent))?.[1] ?? null;

/** Browser and system, or null when neither is known. */
export function browserName(agent: string): string | null {
  const names = [first(agent, BROWSERS), first(agent, SYSTEMS)].filter((name) => name !== null);
  return names.length === 0 ? null : names.join(" · ");
}
