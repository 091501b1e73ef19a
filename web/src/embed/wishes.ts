/** What the address of an embedded card asks for, and the code for another site's page that asks for it; pure. */

export type EmbedTheme = "system" | "light" | "dark";

/** The first of these languages that there is, whatever their regions; English where there is none. */
export function spokenLanguage(wanted: readonly (string | null)[], available: readonly string[]): string {
  const asked = wanted.map((tag) => (tag ?? "").split("-")[0]?.toLowerCase() ?? "");
  return asked.find((tag) => available.includes(tag)) ?? "en";
}

export interface EmbedWish {
  /** The address of the card's page, its key behind the `#`. */
  url: string;
  title: string;
  theme: EmbedTheme;
  /** None: that of whoever looks. */
  language: string;
  width: number;
  height: number;
}

/** The address with the wishes in front of the key. */
export function embedAddress({ url, theme, language }: Pick<EmbedWish, "url" | "theme" | "language">): string {
  const address = new URL(url);
  if (theme !== "system") address.searchParams.set("theme", theme);
  if (language !== "") address.searchParams.set("lang", language);
  return address.href;
}

/** What the owner pastes into the other page. */
export function embedSnippet(wish: EmbedWish): string {
  const attributes = {
    src: embedAddress(wish),
    title: wish.title,
    width: String(wish.width),
    height: String(wish.height),
    style: "border:0",
    loading: "lazy",
  };
  const written = Object.entries(attributes).map(([name, value]) => `${name}="${escaped(value)}"`);
  return `<iframe ${written.join(" ")}></iframe>`;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Sites as they are typed, one a line or with commas or blanks between them. */
export const typedOrigins = (text: string): string[] => text.split(/[\s,;]+/).filter((one) => one !== "");
