import { expect, it } from "vitest";
import { hrefTo, parseRoute } from "./routes";

it.each([
  ["/", "chargers", {}],
  ["", "chargers", {}],
  ["/chargers/garage", "charger", { id: "garage" }],
  ["/chargers/garage/", "charger", { id: "garage" }],
  ["/chargers/two%2Fone", "charger", { id: "two/one" }],
  ["/chargers/garage/settings", "chargerSettings", { id: "garage" }],
  ["/devices/new", "newDevice", {}],
  ["/devices/newest", "device", { id: "newest" }],
  ["/errors/relay_failure", "error", { type: "relay_failure" }],
  ["/nowhere", "missing", {}],
  ["/chargers", "missing", {}],
  ["/chargers/a/b", "missing", {}],
  ["/chargers/%E0%A4%A", "missing", {}],
])("%s is %s %o", (path, page, params) => {
  expect(parseRoute(path)).toEqual({ page, params });
});

it("writes an address that it reads back", () => {
  const address = hrefTo("charger", { id: "a b/ü?" });
  expect(parseRoute(address)).toEqual({ page: "charger", params: { id: "a b/ü?" } });
});

it("leaves empty query values out", () => {
  expect(hrefTo("history", {}, { charger: "garage", from: undefined, to: "" })).toBe("/history?charger=garage");
});
