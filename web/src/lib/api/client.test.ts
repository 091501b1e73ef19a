import { describe, expect, it } from "vitest";
import { address, search } from "./client";

describe("address", () => {
  it.each([
    ["/api/chargers", {}, "/api/chargers"],
    ["/api/chargers/{charger_id}/stop", { charger_id: "two/one ü" }, "/api/chargers/two%2Fone%20%C3%BC/stop"],
    ["/api/{a}/{b}", { a: 1, b: "{a}" }, "/api/1/%7Ba%7D"],
  ])("%s with %o", (path, params, url) => expect(address(path, params)).toBe(url));
});

describe("search", () => {
  it.each([
    [undefined, ""],
    [{}, ""],
    [{ from: undefined, to: null }, ""],
    [{ limit: 0, live: false, q: "" }, "?limit=0&live=false&q="],
    [{ charger: ["a&b", "c"], none: [] }, "?charger=a%26b&charger=c"],
  ])("of %o", (query, url) => expect(search(query)).toBe(url));
});
