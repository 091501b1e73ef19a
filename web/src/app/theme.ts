/** Light, dark or as the system says, remembered on this device so that the first paint is already right. */
import type { Preferences } from "$lib/api/types";

export type Theme = NonNullable<Preferences["theme"]>;
const KEY = "chargedeck.theme";
/** As --bg in tokens.css: what a phone paints around the app. */
const GROUND = { light: "#f3f5f7", dark: "#0b1015" } as const;

export function applyTheme(theme: Theme): void {
  if (theme === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.dataset["theme"] = theme;
  for (const meta of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
    meta.content = GROUND[theme === "system" ? (meta.media.includes("dark") ? "dark" : "light") : theme];
  }
  if (theme === rememberedTheme()) return;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing for us still gets the theme of this visit.
  }
}

/** Any other word means: as the system says. */
export const readTheme = (word: string | null): Theme => (word === "light" || word === "dark" ? word : "system");

export function rememberedTheme(): Theme {
  try {
    return readTheme(localStorage.getItem(KEY));
  } catch {
    return "system";
  }
}
