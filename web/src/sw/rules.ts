/** What the service worker does with a request, a push and a click, decided without a browser; pure. */

/** `asset` never changes under its name; `document` is the app's page; `file` may change with a build. */
export type Kind = "asset" | "document" | "file" | "other";

/** What belongs to the server; all other addresses are the app's. */
const SERVER_PATHS = ["/api", "/healthz", "/readyz", "/metrics", "/docs"];
/** The page of embedded cards: who may show it stands in the server's answer, and a kept one says nothing of now. */
const EMBED = "/embed";
const FILES = /^\/(icon\.svg|icons\/[\w-]+\.png|manifest(\.[a-z]+)?\.webmanifest)$/;

export interface Asked {
  method: string;
  mode: string;
  url: string;
}

/** Only what is named here is ever answered by the worker; anything of the server's goes straight to it. */
export function kindOf({ method, mode, url }: Asked, origin: string): Kind {
  const { origin: asked, pathname } = new URL(url);
  if (method !== "GET" || asked !== origin) return "other";
  if (SERVER_PATHS.some((path) => pathname === path || pathname.startsWith(`${path}/`))) return "other";
  if (pathname === EMBED) return "other";
  if (pathname.startsWith("/assets/")) return "asset";
  if (FILES.test(pathname)) return "file";
  return mode === "navigate" ? "document" : "other";
}

/** The files of one build in one language, as the build wrote them down. */
export interface Listed {
  build: string;
  files: readonly string[];
}

export const listOf = (language: string): string => `/files.${language}.json`;

export function languageOf(html: string): string {
  return /<html lang="([a-z]{2})"/.exec(html)?.[1] ?? "en";
}

/** Whether a page is the app's own, of this build; a captive portal or another version's is not. */
export function isOf(html: string, { files }: Listed): boolean {
  const scripts = [...html.matchAll(/<script[^>]* src="([^"]+)"/g)].map(([, path]) => path ?? "");
  return scripts.length > 0 && scripts.every((path) => files.includes(path));
}

export interface Notice {
  title: string;
  body: string;
  /** A path of the app. */
  url: string;
  /** A newer notice with the same tag takes its place. */
  tag: string;
  kind: string;
}

/** What a push says; something is always shown, since a browser takes silence for abuse. */
export function readPush(text: string | undefined, origin: string): Notice {
  const said = parsed(text);
  const word = (name: string): string => (typeof said[name] === "string" ? said[name] : "");
  return {
    title: word("title") || "ChargeDeck",
    body: word("body"),
    url: ownPath(word("url"), origin),
    tag: word("tag"),
    kind: word("kind"),
  };
}

/** The path of an address of our own; anything else leads to the first page. */
export function ownPath(address: string, origin: string): string {
  try {
    const url = new URL(address, origin);
    return url.origin === origin ? url.pathname + url.search + url.hash : "/";
  } catch {
    return "/";
  }
}

function parsed(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
