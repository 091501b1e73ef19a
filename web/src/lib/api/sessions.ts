/** All calls about past and running sessions. */
import type { Server } from "./server";
import type { Curve, NewSession, Session, SessionChanges } from "./types";

export interface SessionFilter {
  charger?: string | undefined;
  station?: string | undefined;
  user?: string | undefined;
  card?: string | undefined;
  car?: string | undefined;
  search?: string | undefined;
  /** Columns with commas between, a minus for descending. */
  sort?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export interface SessionList {
  items: Session[];
  cursor: string | null;
}

const PAGE_SIZE = 30;

export async function listSessions(server: Server, filter: SessionFilter, cursor: string | null): Promise<SessionList> {
  const query = { ...filter, limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) };
  const answer = await server.answer(server.http.GET("/api/sessions", { params: { query } as never }));
  return { items: answer.items, cursor: answer.next_cursor ?? null };
}

export const fetchSession = (server: Server, id: string): Promise<Session> =>
  server.answer(server.http.GET("/api/sessions/{id}", { params: { path: { id } } }));

export const fetchCurve = (server: Server, id: string): Promise<Curve> =>
  server.answer(server.http.GET("/api/sessions/{id}/curve", { params: { path: { id } } }));

/** When the first of all sessions began; null where there is none. */
export async function firstSession(server: Server, filter: SessionFilter): Promise<Date | null> {
  const query = { ...filter, sort: "started_at", limit: 1 };
  const answer = await server.answer(server.http.GET("/api/sessions", { params: { query } as never }));
  const first = answer.items[0];
  return first === undefined ? null : new Date(first.started_at);
}

const one = (id: string) => ({ params: { path: { id } } });

/** Add one that was charged elsewhere. */
export const addSession = (server: Server, body: NewSession): Promise<Session> =>
  server.answer(server.http.POST("/api/sessions", { body }));

export const changeSession = (server: Server, id: string, body: SessionChanges): Promise<Session> =>
  server.answer(server.http.PATCH("/api/sessions/{id}", { ...one(id), body }));

export const removeSession = (server: Server, id: string): Promise<undefined> =>
  server.answer(server.http.DELETE("/api/sessions/{id}", one(id)));
