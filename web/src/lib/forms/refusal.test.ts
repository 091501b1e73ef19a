import { expect, it } from "vitest";
import { ProblemError } from "$lib/api/problem";
import { refusals } from "./refusal";

const FIELDS = ["address", "username"] as const;

it("puts each reason at the field it names", () => {
  const problem = new ProblemError(422, {
    code: "invalid_request",
    detail: "address must be an address",
    errors: [{ field: "address", message: "must be an address" }],
  });
  expect(refusals(problem, FIELDS, "username")).toEqual({ address: "Must be an address" });
});

it("puts the sentence at the field to blame when none is named", () => {
  const problem = new ProblemError(409, { code: "conflict", detail: "This device is there already" });
  expect(refusals(problem, FIELDS, "address")).toEqual({ address: "This device is there already" });
});

it("does the same when the named field is not on the form", () => {
  const problem = new ProblemError(422, { detail: "id is taken", errors: [{ field: "id", message: "is taken" }] });
  expect(refusals(problem, FIELDS, "address")).toEqual({ address: "id is taken" });
});
