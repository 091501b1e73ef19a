import { describe, expect, it } from "vitest";
import { draftsFrom, emptyDrafts, fieldsOf, localMoment, payloadOf, type Schema } from "./schema";

const schema: Schema = {
  type: "object",
  properties: {
    idTag: { type: "string", maxLength: 20 },
    connectorId: { type: "integer" },
    expiryDate: { type: "string", format: "date-time" },
    force: { type: "boolean" },
    kind: { type: "string", enum: ["Hard", "Soft"] },
    profile: {
      type: "object",
      properties: {
        stackLevel: { type: "integer" },
        periods: {
          type: "array",
          items: { type: "object", properties: { limit: { type: "number" } }, required: ["limit"] },
        },
      },
      required: ["stackLevel", "periods"],
    },
    custom: { $ref: "#/definitions/Custom" },
    anything: {},
  },
  required: ["connectorId", "kind"],
  definitions: { Custom: { type: "object", properties: { vendorId: { type: "string" } } } },
};
const fields = fieldsOf(schema);
const field = (name: string) => fields.find((one) => one.name === name);

describe("fieldsOf", () => {
  it("puts required fields first", () => {
    expect(fields.slice(0, 2).map((one) => one.name)).toEqual(["connectorId", "kind"]);
  });

  it.each([
    ["idTag", "text"],
    ["connectorId", "integer"],
    ["expiryDate", "moment"],
    ["force", "boolean"],
    ["kind", "choice"],
    ["profile", "group"],
    ["custom", "group"],
    ["anything", "json"],
  ])("%s is a %s", (name, kind) => {
    expect(field(name)?.kind).toBe(kind);
  });

  it("ends even where a schema refers to itself", () => {
    const endless: Schema = {
      properties: { child: { $ref: "#/definitions/Node" } },
      definitions: { Node: { type: "object", properties: { child: { $ref: "#/definitions/Node" } } } },
    };
    expect(JSON.stringify(fieldsOf(endless))).toContain('"json"');
  });
});

describe("payloadOf", () => {
  it("leaves out what was left empty", () => {
    expect(payloadOf(fields, emptyDrafts(fields))).toEqual({});
  });

  it("writes values of the right type", () => {
    const drafts = {
      ...emptyDrafts(fields),
      connectorId: "1",
      force: "false",
      kind: "Soft",
      expiryDate: "2026-03-01T12:00:00Z",
      anything: '{"a": [1]}',
    };
    expect(payloadOf(fields, drafts)).toEqual({
      connectorId: 1,
      force: false,
      kind: "Soft",
      expiryDate: "2026-03-01T12:00:00.000Z",
      anything: { a: [1] },
    });
  });

  it("passes on what it cannot read, so that the server can name it", () => {
    expect(payloadOf(fields, { connectorId: "one", anything: "{" })).toEqual({ connectorId: "one", anything: "{" });
  });

  it("gives back the payload that a form was made from", () => {
    const payload = {
      connectorId: 2,
      kind: "Hard",
      profile: { stackLevel: 0, periods: [{ limit: 16 }, { limit: 6.5 }] },
      custom: { vendorId: "acme" },
    };
    expect(payloadOf(fields, draftsFrom(fields, payload))).toEqual(payload);
  });

  it("keeps a required list even when it is empty", () => {
    const drafts = { ...emptyDrafts(fields), profile: { stackLevel: "1", periods: [] } };
    expect(payloadOf(fields, drafts)).toEqual({ profile: { stackLevel: 1, periods: [] } });
  });
});

it("writes moments as the input wants them", () => {
  expect(localMoment(new Date(2026, 2, 1, 7, 5))).toBe("2026-03-01T07:05");
  expect(localMoment(new Date(Number.NaN))).toBe("");
});
