/** The language of the app: which ones exist, which one is spoken now, and the locale for numbers and dates. */
import { baseLocale, isLocale, type Locale, locales, overwriteGetLocale } from "./paraglide/runtime.js";

let spoken: Locale = baseLocale;
overwriteGetLocale(() => spoken);

export const languages: readonly string[] = locales;

/** Speak this language from the next rendering on; an unknown one leaves the base language. */
export function speak(language: string): void {
  spoken = isLocale(language) ? language : baseLocale;
  document.documentElement.lang = spoken;
}

/** The first of the browser's languages that the app speaks. */
export function preferredLanguage(wanted: readonly string[]): string {
  return wanted.map(primary).find((language) => isLocale(language)) ?? baseLocale;
}

/** The language with the region the browser knows for it, so that "en" in Britain writes dates the British way. */
export function regionalLocale(language: string, wanted: readonly string[]): string {
  return wanted.find((tag) => primary(tag) === primary(language)) ?? language;
}

/** A language in its own words: "Deutsch", not "German". */
export function nameOfLanguage(language: string): string {
  return new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
}

const primary = (tag: string): string => tag.split("-")[0] ?? tag;
