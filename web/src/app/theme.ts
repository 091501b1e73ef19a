/** Light, dark or as the system says, remembered on this device so that the first paint is already right. */
import type { Me } from "$lib/api/types";

type Theme = Me["theme"];
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

export function rememberedTheme(): Theme {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === "light" || theme === "dark" ? theme : "system";
  } catch {
    return "system";
  }
}
