/** All calls about tariffs, prices and what sessions cost by them. */
import type { DayKey } from "$lib/calendar/days";
import type { Server } from "./server";
import type { Prices, SessionCost, Tariff, TariffTerms, TakenPrices } from "./types";

const at = (station: string) => ({ path: { id: station } });

export const fetchTariff = (server: Server, station: string): Promise<Tariff> =>
  server.answer(server.http.GET("/api/stations/{id}/tariff", { params: at(station) }));

export interface TariffWish {
  terms: TariffTerms;
  valid_from: DayKey;
  /** Null keeps the one that is kept. */
  source_token: string | null;
}

/** Have a tariff hold from a day on. */
export const setTariff = (server: Server, station: string, body: TariffWish): Promise<Tariff> =>
  server.answer(server.http.PUT("/api/stations/{id}/tariff", { params: at(station), body }));

/** Take back the version that begins on a day. */
export const removeTariff = (server: Server, station: string, day: DayKey): Promise<Tariff> =>
  server.answer(
    server.http.DELETE("/api/stations/{id}/tariff/{valid_from}", {
      params: { path: { id: station, valid_from: day } },
    }),
  );

/** Have the sessions of a period follow the present tariff; answers how many. */
export async function recomputeCosts(server: Server, station: string, from: Date, to: Date): Promise<number> {
  const body = { from: from.toISOString(), to: to.toISOString() };
  const call = server.http.POST("/api/stations/{id}/tariff/recompute", { params: at(station), body });
  return (await server.answer(call)).sessions;
}

/** Prices slot by slot; today and tomorrow where no period is asked for. */
export const fetchPrices = (server: Server, station: string): Promise<Prices> =>
  server.answer(server.http.GET("/api/stations/{id}/prices", { params: at(station) }));

export const importPrices = (server: Server, station: string, text: string): Promise<TakenPrices> =>
  server.answer(server.http.POST("/api/stations/{id}/prices/csv", { params: at(station), body: { text } }));

export const fetchCost = (server: Server, session: string): Promise<SessionCost> =>
  server.answer(server.http.GET("/api/sessions/{id}/cost", { params: { path: { id: session } } }));
