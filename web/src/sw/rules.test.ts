import { describe, expect, it } from "vitest";
import { isOf, kindOf, languageOf, ownPath, readPush } from "./rules";

const HERE = "https://home.example";
const page = (script: string): string =>
  `<!doctype html><html lang="de"><script type="module" src="${script}"></script>`;

describe("kindOf", () => {
  it.each([
    ["/assets/a1b2c3d.js", "cors", "asset"],
    ["/", "navigate", "document"],
    ["/chargers/garage?tab=cost", "navigate", "document"],
    ["/apiary", "navigate", "document"],
    ["/icon.svg", "no-cors", "file"],
    ["/icons/icon-192.png", "no-cors", "file"],
    ["/manifest.webmanifest", "cors", "file"],
    ["/manifest.de.webmanifest", "cors", "file"],
    ["/files.en.json", "cors", "other"],
    ["/embed?theme=dark", "navigate", "other"],
    ["/embedded", "navigate", "document"],
    ["/sw.js", "same-origin", "other"],
    // Nothing of the server's is ever answered by the worker.
    ["/api/me", "cors", "other"],
    ["/api/sessions/export", "navigate", "other"],
    ["/api", "navigate", "other"],
    ["/docs", "navigate", "other"],
    ["/docs/assets/x.js", "no-cors", "other"],
    ["/metrics", "navigate", "other"],
    ["/healthz", "cors", "other"],
    ["/readyz", "cors", "other"],
  ])("%s (%s) is %s", (path, mode, kind) => {
    expect(kindOf({ method: "GET", mode, url: HERE + path }, HERE)).toBe(kind);
  });

  it("leaves what changes something, and what is not ours, alone", () => {
    expect(kindOf({ method: "POST", mode: "navigate", url: `${HERE}/` }, HERE)).toBe("other");
    expect(kindOf({ method: "GET", mode: "cors", url: "http://127.0.0.1:9/assets/a.js" }, HERE)).toBe("other");
  });
});

describe("a page", () => {
  const listed = { build: "1", files: ["/assets/a.js", "/assets/b.css"] };

  it.each([
    ["of this build", page("/assets/a.js"), true],
    ["of another build", page("/assets/c.js"), false],
    ["of a hotel's network", "<html lang='en'><h1>Welcome</h1>", false],
  ])("%s", (_, html, own) => expect(isOf(html, listed)).toBe(own));

  it("says its language", () => {
    expect(languageOf(page("/assets/a.js"))).toBe("de");
    expect(languageOf("<html>")).toBe("en");
  });
});

describe("readPush", () => {
  it("reads what the server sends", () => {
    const said = { title: "Garage", body: "Car error", url: "/chargers/garage", tag: "error-garage", kind: "error" };
    expect(readPush(JSON.stringify(said), HERE)).toEqual(said);
  });

  it.each([undefined, "", "{", "null", "[]", '"text"', '{"title": 7, "url": {}}'])("shows something for %s", (text) => {
    expect(readPush(text, HERE)).toEqual({ title: "ChargeDeck", body: "", url: "/", tag: "", kind: "" });
  });
});

describe("ownPath", () => {
  it.each([
    ["/history?from=2026-01-01#top", "/history?from=2026-01-01#top"],
    [`${HERE}/energy`, "/energy"],
    ["https://elsewhere.example/", "/"],
    ["//elsewhere.example/x", "/"],
    ["javascript:alert(1)", "/"],
    ["http://[", "/"],
    ["", "/"],
  ])("%s leads to %s", (address, path) => expect(ownPath(address, HERE)).toBe(path));
});
