/** Currencies to choose from, those of the places that chargers are sold in first; and the usual one of a place. */

export const CURRENCIES: readonly string[] = [
  ...["EUR", "RON", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "BGN", "MDL", "RSD", "UAH", "TRY"],
  ...["USD", "CAD", "AUD", "NZD", "JPY", "INR", "ZAR", "BRL"],
];

const OF_REGION: Partial<Record<string, string>> = {
  RO: "RON",
  GB: "GBP",
  CH: "CHF",
  SE: "SEK",
  NO: "NOK",
  DK: "DKK",
  PL: "PLN",
  CZ: "CZK",
  HU: "HUF",
  MD: "MDL",
  US: "USD",
};

/** Where the time zone says the place, that counts, since a language is spoken in many. */
const OF_ZONE: Partial<Record<string, string>> = {
  "Europe/Bucharest": "RON",
  "Europe/London": "GBP",
  "Europe/Zurich": "CHF",
  "Europe/Stockholm": "SEK",
  "Europe/Oslo": "NOK",
  "Europe/Copenhagen": "DKK",
  "Europe/Warsaw": "PLN",
  "Europe/Prague": "CZK",
  "Europe/Budapest": "HUF",
  "Europe/Chisinau": "MDL",
};

export function usualCurrency({ locale, timeZone }: { locale: string; timeZone: string }): string {
  if (timeZone.startsWith("Europe/")) return OF_ZONE[timeZone] ?? "EUR";
  return OF_REGION[new Intl.Locale(locale).maximize().region ?? ""] ?? "EUR";
}
