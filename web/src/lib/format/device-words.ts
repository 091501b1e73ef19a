/** The words of the product for what the API says of devices; a file of its own, so that the first screen does not load it. */
import type { BalancingMode, Device, DeviceKind, DeviceTrouble } from "$lib/api/types";
import type { Flow } from "$lib/device/flow";
import { m } from "../../paraglide/messages.js";
import { readable } from "./words";

type Word = () => string;

const KIND: Record<DeviceKind, Word> = { charger: m.kind_charger, energy_module: m.kind_module };

const TROUBLE: Record<DeviceTrouble, { title: Word; remedy: Word }> = {
  identity_changed: { title: m.trouble_identity, remedy: m.trouble_identity_remedy },
  not_found: { title: m.trouble_not_found, remedy: m.trouble_not_found_remedy },
  unauthorized: { title: m.trouble_unauthorized, remedy: m.trouble_unauthorized_remedy },
  not_allowed: { title: m.trouble_not_allowed, remedy: m.trouble_not_allowed_remedy },
  not_understood: { title: m.trouble_not_understood, remedy: m.trouble_not_understood_remedy },
  little_memory: { title: m.trouble_memory, remedy: m.trouble_memory_remedy },
};

const MODE: Record<BalancingMode, Word> = {
  off: m.mode_off,
  power: m.mode_power,
  hybrid: m.mode_hybrid,
  green: m.mode_green,
  power_share: m.mode_power_share,
  unknown: m.mode_unknown,
};

const FLOW: Record<Flow, Word> = {
  import: m.flow_import,
  export: m.flow_export,
  none: m.flow_none,
  unknown: m.flow_unknown,
};

const PROTOCOL: Partial<Record<string, Word>> = {
  lektrico: m.protocol_lektrico,
  ocpp16: m.protocol_ocpp16,
  "ocpp1.6": m.protocol_ocpp16,
};

export const kindWord = (kind: DeviceKind): string => KIND[kind]?.() ?? readable(kind);
export const modeWord = (mode: BalancingMode): string => MODE[mode]?.() ?? readable(mode);
export const flowWord = (flow: Flow): string => FLOW[flow]();

/** Here the server's sentence names what our words cannot: ids, addresses, what was answered. */
const WITH_FACTS: ReadonlySet<DeviceTrouble> = new Set(["identity_changed", "not_allowed", "not_understood"]);

export interface Trouble {
  title: string;
  remedy: string;
  facts: string | null;
}

/** What is wrong with a device, and what to do; a code this version does not know has the server's sentence alone. */
export function troubleWords({ code, detail }: { code: DeviceTrouble; detail: string }): Trouble {
  const words = TROUBLE[code] as (typeof TROUBLE)[DeviceTrouble] | undefined;
  if (words === undefined) return { title: readable(code), remedy: detail, facts: null };
  return { title: words.title(), remedy: words.remedy(), facts: WITH_FACTS.has(code) ? detail : null };
}

export const protocolWord = ({ protocol, driver }: Pick<Device, "protocol" | "driver">): string =>
  PROTOCOL[protocol ?? driver]?.() ?? protocol ?? driver;
