/** Whose history it is about, as the address says it; pure. */

export const FILTERS = ["station", "charger", "user", "card"] as const;
export type Filter = (typeof FILTERS)[number];
export type Filters = Partial<Record<Filter, string>>;

export function filtersFrom(query: (name: string) => string | null): Filters {
  return Object.fromEntries(
    FILTERS.flatMap((filter) => {
      const value = query(filter);
      return value === null || value === "" ? [] : [[filter, value]];
    }),
  );
}

export const nameOfPerson = (user: { first_name: string; last_name: string; email: string }): string =>
  `${user.first_name} ${user.last_name}`.trim() || user.email;
