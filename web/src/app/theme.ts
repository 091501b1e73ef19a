/** Light, dark or as the system says, remembered on this device so that the first paint is already right. */
import type { Preferences } from "$lib/api/types";

export type Theme = NonNullable<Preferences["theme"]>;
const KEY = "chargedeck.theme";

export function applyTheme(theme: Theme): void {
  if (theme === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.dataset["theme"] = theme;
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
