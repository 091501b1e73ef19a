/** All calls about what was charged in a period. */
import type { Bucket } from "$lib/calendar/period";
import type { Server } from "./server";
import type { History } from "./types";

export type Group = "source" | "charger" | "user" | "card" | "station";

export interface HistoryFilter {
  charger?: string;
  user?: string;
  card?: string;
  station?: string;
}

export interface HistoryQuestion extends HistoryFilter {
  from: Date;
  to: Date;
  bucket: Bucket;
  group: Group;
  time_zone: string;
}

export const fetchHistory = (server: Server, { from, to, ...rest }: HistoryQuestion): Promise<History> => {
  const query = { from: from.toISOString(), to: to.toISOString(), ...rest };
  return server.answer(server.http.GET("/api/history", { params: { query } }));
};
