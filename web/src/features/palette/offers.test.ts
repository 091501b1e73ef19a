import { describe, expect, it } from "vitest";
import { charger } from "../../testing/resources";
import { commandsOf, matching, MOST, type Offer } from "./offers";

const offer = (label: string, kind = "Page"): Offer => ({
  id: label,
  label,
  kind,
  icon: "plug",
  does: { kind: "go", href: "/" },
});
const labels = (offers: readonly Offer[]): string[] => offers.map(({ label }) => label);

describe("matching", () => {
  const all = [
    offer("Chargers"),
    offer("Energy"),
    offer("Garage", "Charger"),
    offer("Stop charging: Garage", "Command"),
  ];

  it.each([
    ["", ["Chargers", "Energy", "Garage", "Stop charging: Garage"]],
    ["garage", ["Garage", "Stop charging: Garage"]],
    ["  GARAGE stop ", ["Stop charging: Garage"]],
    ["command", ["Stop charging: Garage"]],
    ["stop garáge", ["Stop charging: Garage"]],
    ["nothing", []],
  ])("%j finds %o", (search, found) => expect(labels(matching(all, search))).toEqual(found));

  it("puts what begins with the word first", () => {
    expect(labels(matching([offer("My cars"), offer("Cars")], "cars"))).toEqual(["Cars", "My cars"]);
  });

  it("shows no endless list", () => {
    expect(
      matching(
        Array.from({ length: 200 }, (_, n) => offer(`Bay ${n}`)),
        "bay",
      ),
    ).toHaveLength(MOST);
  });
});

it("offers the commands that the charger takes now, and no others", () => {
  expect(commandsOf(charger({ actions: ["stop", "pause", "unlock"] }))).toEqual(["stop", "pause"]);
  expect(commandsOf(charger({ actions: [] }))).toEqual([]);
});
