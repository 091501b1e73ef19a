/** The simulator process as the demo panel speaks to it; the server knows nothing of this. */
import type { ErrorType } from "$lib/api/types";

export interface SimulatedConnector {
  connector: number;
  plugged: boolean;
  status: string | null;
  error: ErrorType | null;
  power_w: number | null;
  soc_ratio: number | null;
  transaction: boolean;
}

export interface SimulatedCharger {
  id: string;
  connectors: SimulatedConnector[];
  network: "up" | "cut";
}

export interface SimulatorState {
  speed: number;
  chargers: SimulatedCharger[];
  cards: { label: string; id_tag: string }[];
}

export type SimulatorCommand =
  | { do: "plug" | "unplug"; charger: string; connector: number }
  | { do: "swipe"; charger: string; connector: number; id_tag: string }
  | { do: "error"; charger: string; connector: number; type: ErrorType }
  | { do: "clear_error"; charger: string; connector: number }
  | { do: "cut" | "restore"; charger: string }
  | { do: "speed"; factor: number };

export const SPEEDS = [1, 10, 60] as const;

/** Raised one by one from the panel; the ids are those of the error catalogue. */
export const ERROR_TYPES: readonly ErrorType[] = [
  "car_error",
  "device_hot",
  "critical_temperature",
  "overcurrent",
  "voltage_out_of_range",
  "residual_current",
  "system_error",
  "metering_error",
  "relay_failure",
  "ev_communication_error",
];

export async function readState(url: string): Promise<SimulatorState> {
  const response = await fetch(`${url}/state`);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as SimulatorState;
}

/** Tell the simulator to do something and give the state that follows. */
export async function command(url: string, wish: SimulatorCommand): Promise<SimulatorState> {
  const response = await fetch(`${url}/command`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-ChargeDeck-Demo": "1" },
    body: JSON.stringify(wish),
  });
  const answer = (await response.json()) as { ok: true; state: SimulatorState } | { ok: false; error: string };
  if (!answer.ok) throw new Error(answer.error);
  return answer.state;
}
