/** The breakers of a station as a tree that a person edits: order, depth, and what a change does to the rest; pure. */
import type { BalancingWish, Circuit, Placement } from "$lib/api/types";
import { spoken } from "../../i18n";

export interface Branch {
  circuit: Circuit;
  depth: number;
}

/** The root first, each circuit followed by all that hangs behind it, siblings by name. */
export function branches(circuits: readonly Circuit[]): Branch[] {
  const order = new Intl.Collator(spoken, { numeric: true, sensitivity: "base" });
  const behind = (parent: string | null, depth: number): Branch[] =>
    circuits
      .filter((circuit) => circuit.parent === parent)
      .sort((one, other) => order.compare(one.name, other.name))
      .flatMap((circuit) => [{ circuit, depth }, ...behind(circuit.id, depth + 1)]);
  return behind(null, 0);
}

/** Where a circuit may hang: anywhere but behind itself. */
export function possibleParents(circuits: readonly Circuit[], id: string | null): Circuit[] {
  const own = new Set<string>();
  const collect = (circuit: string): void => {
    own.add(circuit);
    for (const child of circuits) if (child.parent === circuit) collect(child.id);
  };
  if (id !== null) collect(id);
  return branches(circuits)
    .map(({ circuit }) => circuit)
    .filter((circuit) => !own.has(circuit.id));
}

/** Who charges behind each circuit. */
export function placedBy(placements: readonly Placement[]): ReadonlyMap<string, Placement[]> {
  const placed = new Map<string, Placement[]>();
  for (const placement of placements) {
    const others = placed.get(placement.circuit);
    if (others === undefined) placed.set(placement.circuit, [placement]);
    else others.push(placement);
  }
  return placed;
}

const LONGEST_ID = 64;

/** An id that reads like the name and that no other circuit has. */
export function newId(circuits: readonly Circuit[], name: string): string {
  const plain = name
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, LONGEST_ID - 4);
  const stem = plain === "" ? "circuit" : plain;
  const taken = new Set(circuits.map(({ id }) => id));
  let id = stem;
  for (let number = 2; taken.has(id); number++) id = `${stem}-${number}`;
  return id;
}

/** The circuits with this one added or changed. */
export function withCircuit(circuits: readonly Circuit[], changed: Circuit): Circuit[] {
  return circuits.some(({ id }) => id === changed.id)
    ? circuits.map((circuit) => (circuit.id === changed.id ? changed : circuit))
    : [...circuits, changed];
}

/** Take a circuit away: what hung behind it and who charged there move to the breaker before it. */
export function withoutCircuit(
  circuits: readonly Circuit[],
  placements: readonly Placement[],
  { id, parent }: Circuit,
): BalancingWish {
  return {
    circuits: circuits
      .filter((circuit) => circuit.id !== id)
      .map((circuit) => (circuit.parent === id ? { ...circuit, parent } : circuit)),
    placements: placements
      .filter((placement) => placement.circuit === id && parent !== null)
      .map((placement) => ({ ...placement, circuit: parent ?? id })),
  };
}
