import { expect, it } from "vitest";
import { obstacle } from "./push";

const FINE = { secure: true, supported: true, permission: "default", worker: true } as const;

it.each([
  [FINE, null],
  [{ ...FINE, permission: "granted" } as const, null],
  [{ ...FINE, secure: false, supported: false, permission: null, worker: false }, "insecure"],
  [{ ...FINE, supported: false, permission: null }, "unsupported"],
  [{ ...FINE, permission: "denied" } as const, "denied"],
  [{ ...FINE, worker: false }, "no_worker"],
])("%o is hindered by %s", (given, expected) => {
  expect(obstacle(given)).toBe(expected);
});
