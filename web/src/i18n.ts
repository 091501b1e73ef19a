/** The language of the app: a build speaks one, and the server chooses the build by the cookie that is kept here. */

import { inOwnTurn } from "$lib/turns";

/** What this build speaks. */
export const spoken: string = __LANGUAGE__;

/** What there is a build of. */
export const languages: readonly string[] = __LANGUAGES__;

const COOKIE = "chargedeck_language";
const A_YEAR_S = 31_536_000;
const TRIED = "chargedeck.language";

/** The language that this browser was last given, or asked for. */
export const rememberedLanguage = (): string | null =>
  new RegExp(`(?:^|; )${COOKIE}=([a-z]+)`).exec(document.cookie)?.[1] ?? null;

/** Speak this language from now on: kept for the next visit, and where this build speaks another, loaded again. */
export function speak(language: string): void {
  const wanted = primary(language);
  if (!languages.includes(wanted)) return;
  if (wanted === spoken) inOwnTurn(() => void remember(wanted));
  else if (remember(wanted)) location.reload();
}

/** Keep the language; whether it was another one before. A browser takes long to tell its cookies. */
function remember(wanted: string): boolean {
  if (rememberedLanguage() !== wanted)
    document.cookie = `${COOKIE}=${wanted}; path=/; max-age=${A_YEAR_S}; samesite=lax`;
  return firstTime(wanted);
}

/** A browser that keeps no cookie, or that is still served an older page, is not loaded again and again. */
function firstTime(wanted: string): boolean {
  try {
    const tried = sessionStorage.getItem(TRIED);
    sessionStorage.setItem(TRIED, wanted);
    return tried !== wanted;
  } catch {
    return false;
  }
}

/** The language with the region the browser knows for it, so that "en" in Britain writes dates the British way. */
export function regionalLocale(language: string, wanted: readonly string[]): string {
  return wanted.find((tag) => primary(tag) === primary(language)) ?? language;
}

/** A language in its own words: "Deutsch", not "German". */
export function nameOfLanguage(language: string): string {
  const name = new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}

const primary = (tag: string): string => tag.split("-")[0] ?? tag;
