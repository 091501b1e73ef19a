/** What the sources of exchange prices need to be told; pure. */

export const AREA_EXAMPLES: Partial<Record<string, string>> = {
  energy_charts: "DE-LU",
  awattar: "de",
  entsoe: "10YRO-TEL------P",
  octopus: "E-1R-AGILE-24-10-01-C",
  nord_pool: "SE3",
};

export const needsArea = (kind: string): boolean => AREA_EXAMPLES[kind] !== undefined;
export const needsToken = (kind: string): boolean => kind === "entsoe" || kind === "tibber";
