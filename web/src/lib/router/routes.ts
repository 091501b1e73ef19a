/** Every address of the app in one table, read and written from that same table; pure. */

export const PATHS = {
  chargers: "/",
  charger: "/chargers/:id",
  chargerSettings: "/chargers/:id/settings",
  schedule: "/chargers/:id/schedule",
  energy: "/energy",
  tariff: "/stations/:id/tariff",
  history: "/history",
  session: "/history/:id",
  reports: "/reports",
  errors: "/errors",
  error: "/errors/:type",
  claim: "/claim",
  signin: "/signin",
  invitation: "/invitation",
  audit: "/audit",
  notifications: "/notifications",
  notificationSettings: "/notifications/settings",
  profile: "/profile",
  cars: "/cars",
  stations: "/stations",
  people: "/people",
  integrations: "/integrations",
  devices: "/devices",
  newDevice: "/devices/new",
  device: "/devices/:id",
  support: "/support",
  privacy: "/privacy",
  about: "/about",
} as const;

export type PageName = keyof typeof PATHS;

type Names<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

export type RouteParams<Page extends PageName> = Record<Names<(typeof PATHS)[Page]>, string>;

export type Route =
  | { [Page in PageName]: { page: Page; params: RouteParams<Page> } }[PageName]
  | { page: "missing"; params: Record<never, string> };

/** Pages with a fixed address win over those with a parameter, so `/devices/new` is no device id. */
const BY_PRECISION = (Object.entries(PATHS) as [PageName, string][]).sort(
  ([, one], [, other]) => Number(one.includes(":")) - Number(other.includes(":")),
);

export function parseRoute(pathname: string): Route {
  const asked = segments(pathname);
  for (const [page, path] of BY_PRECISION) {
    const params = match(segments(path), asked);
    if (params !== null) return { page, params } as Route;
  }
  return { page: "missing", params: {} };
}

type Query = Record<string, string | undefined>;

/** The address of a page; empty query values are left out. */
export function hrefTo<Page extends PageName>(
  page: Page,
  ...[params, query]: Names<(typeof PATHS)[Page]> extends never
    ? [params?: Record<never, string>, query?: Query]
    : [params: RouteParams<Page>, query?: Query]
): string {
  const values: Record<string, string> = { ...params };
  const path = PATHS[page].replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
  const search = new URLSearchParams(
    Object.entries(query ?? {}).filter((entry): entry is [string, string] => Boolean(entry[1])),
  ).toString();
  return search === "" ? path : `${path}?${search}`;
}

const segments = (path: string): string[] => path.split("/").filter((part) => part !== "");

function match(pattern: string[], asked: string[]): Record<string, string> | null {
  if (pattern.length !== asked.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const value = decoded(asked[index] ?? "");
    if (value === null) return null;
    if (part.startsWith(":")) params[part.slice(1)] = value;
    else if (part !== value) return null;
  }
  return params;
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
