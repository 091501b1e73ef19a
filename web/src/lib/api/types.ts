/** The words of the API as the app uses them; the only door from the generated schema to the screens. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Action = Schemas["Action"];
export type AddedUser = Schemas["AddedUser"];
export type Approval = Schemas["Approval"];
export type AuthorizedBy = Schemas["AuthorizedBy"];
export type Card = Schemas["Card"];
export type CardChanges = Schemas["CardChanges"];
export type Charger = Schemas["Charger"];
export type ChargerError = Schemas["ChargerError"];
export type Claim = Schemas["Claim"];
export type Curve = Schemas["Curve"];
export type Balancing = Schemas["StationBalancing"];
export type BalancingMode = Schemas["BalancingMode"];
export type BalancingWish = Schemas["StationBalancingChanges"];
/** A breaker as it is set; its load is what flows through it. */
export type Circuit = Schemas["CircuitSettings"];
export type CircuitLoad = Schemas["Circuit"];
export type Device = Schemas["Device"];
export type DeviceKind = Schemas["DeviceKind"];
export type DeviceSettings = Schemas["DeviceSettings"];
export type DeviceTrouble = Schemas["DeviceTrouble"];
export type DiscoveredDevice = Schemas["DiscoveredDevice"];
export type Energy = Schemas["Energy"];
export type EnergyFlow = Schemas["Flow"];
export type ErrorType = Schemas["ErrorType"];
export type Grant = Schemas["Grant"];
export type GridMeter = Schemas["GridMeter"];
export type GuideEntry = Schemas["GuideEntry"];
export type Limit = Schemas["Limit"];
export type LimitReason = Schemas["LimitReason"];
export type LimitSpan = Schemas["LimitSpan"];
export type LoadBalancing = Schemas["LoadBalancing"];
export type Me = Schemas["Me"];
export type Meter = Schemas["Meter"];
export type Mode = Schemas["Mode"];
export type Money = Schemas["Money"];
export type NewDevice = Schemas["NewDevice"];
export type NewCard = Schemas["NewCard"];
export type NewUser = Schemas["NewUser"];
export type OcppAccess = Schemas["OcppAccess"];
export type OcppMessage = Schemas["OcppMessage"];
export type Phase = Schemas["Phase"];
export type PhaseLoad = Schemas["CircuitPhase"];
export type Placement = Schemas["ChargerPlacement"];
export type Preferences = Schemas["Preferences"];
export type Role = Schemas["Role"];
export type Sample = Schemas["Sample"];
export type Session = Schemas["Session"];
export type Station = Schemas["Station"];
export type Status = Schemas["Status"];
export type StatusReason = Schemas["StatusReason"];
export type Token = Schemas["Token"];
export type User = Schemas["User"];
export type UserChanges = Schemas["UserChanges"];

/** The commands that change how a charger charges; `allowed-current` has a call of its own. */
export type ChargerCommand = Exclude<Action, "reset" | "allowed-current">;
