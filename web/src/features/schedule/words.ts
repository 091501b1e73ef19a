/** Plans and rules in words; pure. */
import type { Plan, PlanSummary, Schedule } from "$lib/api/types";
import { date, dateTime, dayKey, time, type Zone } from "$lib/format/moment";
import { money } from "$lib/format/money";
import { energy, plain } from "$lib/format/quantity";
import { m } from "../../paraglide/messages.js";
import { dayNames } from "./week";

/** The clock alone for the next day and night, with its date for what is further off. */
export function moment(zone: Zone, at: string, now: Date): string {
  const near =
    Math.abs(Date.parse(at) - now.getTime()) < 20 * 3_600_000 || dayKey(zone, new Date(at)) === dayKey(zone, now);
  return (near ? time : dateTime)(zone, new Date(at));
}

export function pricePerKwh(locale: string, price: string | null, currency: string | null): string | null {
  if (price === null || currency === null) return null;
  const style = { style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits: 3 } as const;
  return m.plan_per_kwh({ price: new Intl.NumberFormat(locale, style).format(Number(price)) });
}

/** What a plan does and when, in one sentence. */
export function planSentence(plan: PlanSummary, zone: Zone, now: Date): string {
  const ready = moment(zone, plan.ready_by, now);
  const got = plain(energy(zone.locale, plan.charged_wh));
  const wanted = plain(energy(zone.locale, plan.energy_wh));
  const from = plan.charges_from === null ? null : moment(zone, plan.charges_from, now);
  const until = plan.charges_until === null ? null : moment(zone, plan.charges_until, now);
  switch (plan.state) {
    case "done":
      return m.plan_done({ ready, wanted });
    case "overridden":
      return m.plan_overridden({ ready, wanted });
    case "no_car":
      return m.plan_no_car({ ready, wanted });
    case "charging":
      return until === null ? m.plan_stands({ ready, got, wanted }) : m.plan_charging({ ready, got, wanted, until });
    default:
      return from === null ? m.plan_stands({ ready, got, wanted }) : m.plan_waiting({ ready, got, wanted, from });
  }
}

export const missingSentence = (locale: string, missing_wh: number): string | null =>
  missing_wh < 50 ? null : m.plan_missing({ missing: plain(energy(locale, missing_wh)) });

/** What it will cost, and how much less than charging at once. */
export function costSentence(locale: string, plan: Plan): string | null {
  if (plan.cost === null) return null;
  const cost = money(locale, plan.cost);
  const saved = plan.cost_at_once === null ? 0 : Number(plan.cost_at_once.amount) - Number(plan.cost.amount);
  const words =
    saved < 0.01
      ? m.plan_costs({ cost })
      : m.plan_costs_less({ cost, saved: money(locale, { amount: saved.toFixed(2), currency: plan.cost.currency }) });
  return plan.estimated ? `${words} ${m.plan_partly_estimated()}` : words;
}

export function ruleTitle(locale: string, rule: Schedule): string {
  switch (rule.kind) {
    case "allowed":
      return m.rule_allowed_hours({ start: rule.start ?? "", end: rule.end ?? "" });
    case "forbidden":
      return m.rule_forbidden_hours({ start: rule.start ?? "", end: rule.end ?? "" });
    case "free":
      return m.rule_free_day();
    case "departure":
      return m.rule_departure_at({ time: rule.ready_by ?? "", energy: plain(energy(locale, rule.energy_wh)) });
  }
}

export function ruleDays(locale: string, rule: Schedule): string {
  if (rule.date !== null) return date({ locale, timeZone: "UTC" }, new Date(`${rule.date}T00:00:00Z`));
  return rule.weekdays.length === 7 ? m.rule_every_day() : dayNames(locale, rule.weekdays);
}
