/** Which component shows which page; everything but the chargers arrives when it is first asked for. */
import type { Component } from "svelte";
import ChargerPage from "$features/charger/ChargerPage.svelte";
import ChargersPage from "$features/chargers/ChargersPage.svelte";
import type { Route } from "$lib/router/routes";

/** Pages take the parameters of their route as props; the router has already checked which those are. */
type Page = Component<Record<string, string>>;
type Loader = () => Promise<{ default: unknown }>;

const LATER: Partial<Record<Route["page"], Loader>> = {
  chargerSettings: () => import("$features/charger/SettingsPage.svelte"),
  schedule: () => import("$features/schedule/SchedulePage.svelte"),
  energy: () => import("$features/energy/EnergyPage.svelte"),
  tariff: () => import("$features/tariff/TariffPage.svelte"),
  history: () => import("$features/history/HistoryPage.svelte"),
  session: () => import("$features/history/SessionPage.svelte"),
  reports: () => import("$features/reports/ReportsPage.svelte"),
  errors: () => import("$features/errors/GuidePage.svelte"),
  error: () => import("$features/errors/ErrorPage.svelte"),
  profile: () => import("$features/profile/ProfilePage.svelte"),
  cars: () => import("$features/cars/CarsPage.svelte"),
  stations: () => import("$features/stations/StationsPage.svelte"),
  people: () => import("$features/profile/PeoplePage.svelte"),
  notifications: () => import("$features/notifications/InboxPage.svelte"),
  notificationSettings: () => import("$features/notifications/SettingsPage.svelte"),
  audit: () => import("$features/audit/AuditPage.svelte"),
  integrations: () => import("$features/profile/IntegrationsPage.svelte"),
  devices: () => import("$features/devices/DevicesPage.svelte"),
  newDevice: () => import("$features/devices/NewDevicePage.svelte"),
  device: () => import("$features/devices/DevicePage.svelte"),
  support: () => import("$features/profile/SupportPage.svelte"),
  privacy: () => import("$features/profile/PrivacyPage.svelte"),
  about: () => import("$features/profile/AboutPage.svelte"),
  missing: () => import("./MissingPage.svelte"),
};

/** The component of a page: at once for the first screens, else a promise of it. */
export function pageFor(page: Route["page"]): Page | Promise<Page> {
  if (page === "charger") return ChargerPage as unknown as Page;
  const later = LATER[page];
  if (later === undefined) return ChargersPage as unknown as Page;
  return later().then((module) => module.default as Page);
}
