/** A JSON schema as the fields of a form, and a filled form as the payload it stands for; pure. */

export interface Schema {
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  maxLength?: number;
  format?: string;
  $ref?: string;
  definitions?: Record<string, Schema>;
}

export type FieldKind = "text" | "number" | "integer" | "boolean" | "choice" | "moment" | "group" | "list" | "json";

export interface FieldSpec {
  name: string;
  kind: FieldKind;
  required: boolean;
  maxLength?: number | undefined;
  options?: string[];
  fields?: FieldSpec[];
  item?: FieldSpec;
}

/** What a form holds: text for every leaf (empty means left out), records for groups, undefined for an absent group. */
export type Draft = string | Draft[] | { [name: string]: Draft | undefined };
export type Drafts = Record<string, Draft | undefined>;

/** Schemas that refer to themselves would have no end; nothing in OCPP nests deeper than this. */
const DEEPEST = 8;

export const fieldsOf = (schema: Schema): FieldSpec[] => members(schema, schema, 0);

function members(schema: Schema, root: Schema, depth: number): FieldSpec[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {})
    .map(([name, member]) => specOf(name, member, required.has(name), root, depth))
    .sort((one, other) => Number(other.required) - Number(one.required));
}

function resolved(schema: Schema, root: Schema): Schema {
  const name = /^#\/definitions\/(.+)$/.exec(schema.$ref ?? "")?.[1];
  return (name !== undefined && root.definitions?.[name]) || schema;
}

function specOf(name: string, raw: Schema, required: boolean, root: Schema, depth: number): FieldSpec {
  const schema = resolved(raw, root);
  const kind = depth >= DEEPEST ? "json" : kindOf(schema);
  const spec: FieldSpec = { name, kind, required, maxLength: schema.maxLength };
  if (kind === "choice") spec.options = (schema.enum ?? []).map(String);
  if (kind === "group") spec.fields = members(schema, root, depth + 1);
  if (kind === "list") spec.item = specOf(name, schema.items ?? {}, true, root, depth + 1);
  return spec;
}

function kindOf(schema: Schema): FieldKind {
  if (schema.enum !== undefined) return "choice";
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== "null") : schema.type;
  switch (type) {
    case "string":
      return schema.format === "date-time" ? "moment" : "text";
    case "integer":
    case "number":
    case "boolean":
      return type;
    case "array":
      return schema.items === undefined ? "json" : "list";
    case "object":
      return schema.properties === undefined ? "json" : "group";
    default:
      return "json";
  }
}

/** An empty form: required groups are open, everything optional is left out. */
export const emptyDrafts = (fields: readonly FieldSpec[]): Drafts =>
  Object.fromEntries(fields.map((field) => [field.name, field.required ? emptyDraft(field) : unset(field)]));

const unset = (field: FieldSpec): Draft | undefined =>
  field.kind === "group" ? undefined : field.kind === "list" ? [] : "";

export function emptyDraft(field: FieldSpec): Draft {
  if (field.kind === "group") return emptyDrafts(field.fields ?? []);
  return field.kind === "list" ? [] : "";
}

/** The form for a payload that is already there; members the schema does not know are dropped. */
export function draftsFrom(fields: readonly FieldSpec[], payload: unknown): Drafts {
  const values = isRecord(payload) ? payload : {};
  return Object.fromEntries(
    fields.map((field) => {
      const value = values[field.name];
      return [field.name, value === undefined ? emptyDrafts([field])[field.name] : draftFrom(field, value)];
    }),
  );
}

function draftFrom(field: FieldSpec, value: unknown): Draft {
  switch (field.kind) {
    case "group":
      return draftsFrom(field.fields ?? [], value);
    case "list":
      return Array.isArray(value) && field.item ? value.map((item) => draftFrom(field.item as FieldSpec, item)) : [];
    case "json":
      return JSON.stringify(value);
    case "moment":
      return localMoment(new Date(String(value)));
    default:
      return String(value);
  }
}

/** The payload of a filled form. What cannot be read is passed on as typed, for the server to name. */
export function payloadOf(fields: readonly FieldSpec[], drafts: Drafts): Record<string, unknown> {
  const entries = fields
    .map((field): [string, unknown] => [field.name, valueOf(field, drafts[field.name])])
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}

function valueOf(field: FieldSpec, draft: Draft | undefined): unknown {
  if (draft === undefined) return undefined;
  if (field.kind === "group") return isRecord(draft) ? payloadOf(field.fields ?? [], draft as Drafts) : undefined;
  if (field.kind === "list") return listOf(field, draft);
  const text = String(draft);
  if (text === "") return undefined;
  switch (field.kind) {
    case "integer":
    case "number":
      return Number.isFinite(Number(text)) ? Number(text) : text;
    case "boolean":
      return text === "true";
    case "moment":
      return Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString();
    case "json":
      return parsed(text);
    case "text":
    case "choice":
      return text;
    default:
      return field.kind satisfies never;
  }
}

function listOf(field: FieldSpec, draft: Draft): unknown[] | undefined {
  if (!Array.isArray(draft) || field.item === undefined) return undefined;
  const { item } = field;
  const values = draft.map((one) => valueOf(item, one)).filter((value) => value !== undefined);
  return values.length === 0 && !field.required ? undefined : values;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An instant as a `datetime-local` input writes it, by this device's clock. */
export function localMoment(at: Date): string {
  if (Number.isNaN(at.getTime())) return "";
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
