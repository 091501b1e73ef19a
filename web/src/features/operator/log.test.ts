import { expect, it } from "vitest";
import type { OcppMessage } from "$lib/api/types";
import { actionsIn, filtered, humps, KEPT_MESSAGES, merged } from "./log";

const message = (changes: Partial<OcppMessage>): OcppMessage => ({
  at: "2026-03-01T10:00:00Z",
  direction: "in",
  type: "call",
  action: "Heartbeat",
  message_id: "1",
  payload: {},
  ...changes,
});

it("shows the newest first and every message once", () => {
  const old = message({});
  const later = message({ at: "2026-03-01T10:00:05Z", message_id: "2" });
  expect(merged([old], [later, old]).map((row) => row.message_id)).toEqual(["2", "1"]);
});

it("tells a call from its answer although both carry one id", () => {
  expect(merged([message({})], [message({ type: "result", direction: "out" })])).toHaveLength(2);
});

it("forgets the oldest when there are too many", () => {
  const many = Array.from({ length: KEPT_MESSAGES + 5 }, (_, index) =>
    message({ message_id: String(index), at: new Date(index * 1000).toISOString() }),
  );
  const kept = merged([], many);
  expect(kept).toHaveLength(KEPT_MESSAGES);
  expect(kept[0]?.message_id).toBe(String(KEPT_MESSAGES + 4));
});

it("filters by action, direction and text", () => {
  const rows = [
    message({ action: "Heartbeat" }),
    message({ action: "StatusNotification", direction: "out", payload: { status: "SuspendedEV" } }),
    message({ action: null, type: "error" }),
  ];
  expect(actionsIn(rows)).toEqual(["Heartbeat", "StatusNotification"]);
  expect(filtered(rows, { action: "Heartbeat", direction: "", text: "" })).toHaveLength(1);
  expect(filtered(rows, { action: "", direction: "out", text: "" })).toHaveLength(1);
  expect(filtered(rows, { action: "", direction: "", text: " suspendedev " })).toHaveLength(1);
  expect(filtered(rows, { action: "", direction: "", text: "" })).toHaveLength(3);
});

it.each([
  ["SecurityEventNotification", ["Security", "Event", "Notification"]],
  ["Heartbeat", ["Heartbeat"]],
  ["Get15118EVCertificate", ["Get15118EVCertificate"]],
  ["", [""]],
])("a line may end between the parts of %s", (action, parts) => {
  expect(humps(action)).toEqual(parts);
});
