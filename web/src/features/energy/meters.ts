/** A meter to set up as a form has it, and as the server wants it; pure. */
import type { MeterDraft, MeterSettings, MeterWish, PolledMeter } from "$lib/api/types";
import type { IconName } from "$ui/icons";
import { spoken } from "../../i18n";
import { m } from "../../paraglide/messages.js";
import { wiringFrom, wiringKey } from "./placement";

export type Kind = MeterDraft["kind"];
export type MeterSource = MeterDraft["source"];

/** What stands in the fields; numbers are as they were typed, templates by L1 to L3 or one for the whole. */
export interface MeterForm {
  kind: Kind;
  name: string;
  address: string;
  source: MeterSource;
  /** "" is the main breaker. */
  circuit: string;
  inverted: boolean;
  wiring: string;
  username: string;
  password: string;
  channel: string;
  unit: string;
  topic: string;
  templates: [string, string, string];
}

export const EMPTY: MeterForm = {
  kind: "shelly",
  name: "",
  address: "",
  source: "grid",
  circuit: "",
  inverted: false,
  wiring: "1-2-3",
  username: "",
  password: "",
  channel: "",
  unit: "1",
  topic: "",
  templates: ["", "", ""],
};

const SIMPLE = ["power_1_w", "power_2_w", "power_3_w"];
const WHOLE = "power_w";

export const KINDS: readonly { value: Kind; label: () => string }[] = [
  { value: "shelly", label: m.meters_shelly },
  { value: "sunspec", label: m.meters_sunspec },
  { value: "mqtt", label: m.meters_mqtt },
];

export const SOURCES: readonly { value: MeterSource; label: () => string; icon: IconName }[] = [
  { value: "grid", label: m.flow_grid, icon: "grid" },
  { value: "solar", label: m.flow_solar, icon: "sun" },
  { value: "battery", label: m.flow_battery, icon: "battery" },
];

export const sourceOf = (source: MeterSource): (typeof SOURCES)[number] =>
  SOURCES.find(({ value }) => value === source) ?? { value: source, label: m.flow_grid, icon: "grid" };

/** The fields of a meter that is set up; a password is known to the server alone. */
export function formOf(meter: MeterSettings): MeterForm {
  const template = (quantity: string): string =>
    meter.values.find((value) => value.quantity === quantity)?.template ?? "";
  return {
    kind: meter.kind,
    name: meter.name,
    address: meter.address,
    source: meter.source,
    circuit: meter.circuit ?? "",
    inverted: meter.inverted,
    wiring: wiringKey(meter.phases),
    username: meter.username ?? "",
    password: "",
    channel: meter.channel === null ? "" : String(meter.channel),
    unit: String(meter.unit_id),
    topic: meter.topic ?? "",
    templates:
      meter.source === "grid"
        ? [template("power_1_w"), template("power_2_w"), template("power_3_w")]
        : [template(WHOLE), "", ""],
  };
}

/** Whether the form can show all values of a meter; more of them can be set up over the API. */
export const isSimple = ({ values }: MeterSettings): boolean =>
  values.every(({ quantity, topic }) => topic === null && (quantity === WHOLE || SIMPLE.includes(quantity)));

export function valuesOf({ source, templates }: MeterForm): MeterDraft["values"] {
  const names = source === "grid" ? SIMPLE : [WHOLE];
  return names.flatMap((quantity, place) => {
    const template = templates[place]?.trim() ?? "";
    return template === "" ? [] : [{ quantity, template, topic: null }];
  });
}

/** What a kind has no use for is left out. */
export function draftOf(form: MeterForm): MeterDraft {
  const { kind, source } = form;
  return {
    kind,
    name: form.name.trim() || sourceOf(source).label(),
    address: form.address.trim(),
    source,
    circuit: source === "grid" && form.circuit !== "" ? form.circuit : null,
    inverted: form.inverted,
    phases: wiringFrom(form.wiring) ?? [1, 2, 3],
    interval_s: null,
    username: kind === "sunspec" || form.username.trim() === "" ? null : form.username.trim(),
    password: kind === "sunspec" || form.password === "" ? null : form.password,
    channel: kind === "mqtt" || form.channel === "" ? null : Number(form.channel),
    unit_id: kind === "sunspec" ? Number(form.unit) : 1,
    topic: kind === "mqtt" ? form.topic.trim() : null,
    values: kind === "mqtt" ? valuesOf(form) : [],
  };
}

/** The same for a meter that is there: its kind and pace stay, and a password that was not typed. */
export function wishOf(form: MeterForm, meter: MeterSettings): MeterWish {
  const { kind: _kind, interval_s: _interval, password, values, ...rest } = draftOf(form);
  return {
    ...rest,
    ...(password === null ? {} : { password }),
    ...(isSimple(meter) ? { values } : {}),
  };
}

/** Those that cannot be read first, then by name. */
export const meterOrder = (one: PolledMeter, other: PolledMeter): number =>
  Number(other.problem !== null) - Number(one.problem !== null) || one.name.localeCompare(other.name);

const PROBLEM: Partial<Record<string, () => string>> = {
  not_found: m.meter_problem_not_found,
  not_allowed: m.meter_problem_not_allowed,
  unauthorized: m.meter_problem_unauthorized,
  not_understood: m.meter_problem_not_understood,
  silent: m.meter_problem_silent,
};

/** Why a meter cannot be read; the server's own sentence, which knows more, is English. */
export const problemWords = ({ code, detail }: NonNullable<PolledMeter["problem"]>, language = spoken): string =>
  language === "en" ? detail : (PROBLEM[code]?.() ?? detail);
