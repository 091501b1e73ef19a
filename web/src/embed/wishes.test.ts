import { expect, it } from "vitest";
import { embedAddress, embedSnippet, spokenLanguage, typedOrigins } from "./wishes";

it.each([
  [["de"], "de"],
  [[null, "fr-CA", "de"], "fr"],
  [["pl", "DE-at"], "de"],
  [["pl"], "en"],
  [[], "en"],
])("of %j it speaks %s", (wanted, spoken) => {
  expect(spokenLanguage(wanted, ["en", "de", "fr"])).toBe(spoken);
});

const url = "https://charge.example/embed#code=cde_a";

it("puts wishes in front of the key, and none where it goes by whoever looks", () => {
  expect(embedAddress({ url, theme: "system", language: "" })).toBe(url);
  expect(embedAddress({ url, theme: "dark", language: "de" })).toBe(
    "https://charge.example/embed?theme=dark&lang=de#code=cde_a",
  );
});

it("writes code that a name cannot break out of", () => {
  const size = { width: 360, height: 240 };
  expect(embedSnippet({ url, title: '"><script>&', theme: "light", language: "it", ...size })).toBe(
    '<iframe src="https://charge.example/embed?theme=light&amp;lang=it#code=cde_a" ' +
      'title="&quot;&gt;&lt;script&gt;&amp;" width="360" height="240" style="border:0" loading="lazy"></iframe>',
  );
});

it("reads sites however they are set apart", () => {
  expect(typedOrigins(" https://a.example\nhttp://b:8123, https://c.example ; ")).toEqual([
    "https://a.example",
    "http://b:8123",
    "https://c.example",
  ]);
});
