import { expect, it } from "vitest";
import type { DeviceTrouble } from "$lib/api/types";
import { modeWord, protocolWord, troubleWords } from "./device-words";

it("says what is wrong and what to do, with the facts only the server knows", () => {
  const changed = troubleWords({ code: "identity_changed", detail: "it says it is 1p7k_2, not 1p7k_1" });
  expect(changed.title).toContain("Another unit");
  expect(changed.remedy).toContain("replaced");
  expect(changed.facts).toBe("it says it is 1p7k_2, not 1p7k_1");
  expect(troubleWords({ code: "unauthorized", detail: "enter a password" }).facts).toBeNull();
});

it("shows a problem of a newer server as the server says it", () => {
  const words = troubleWords({ code: "on_fire" as DeviceTrouble, detail: "Call the fire brigade" });
  expect(words).toEqual({ title: "On fire", remedy: "Call the fire brigade", facts: null });
});

it.each([
  [{ protocol: null, driver: "lektrico" }, "LEKTRI.CO local API"],
  [{ protocol: "ocpp1.6", driver: "ocpp16" }, "OCPP 1.6J"],
  [{ protocol: "ocpp9", driver: "ocpp9" }, "ocpp9"],
])("%o is called %s", (device, text) => {
  expect(protocolWord(device as Parameters<typeof protocolWord>[0])).toBe(text);
});

it("names a mode that cannot be chosen here", () => {
  expect(modeWord("power_share")).toBe("Power share");
});
