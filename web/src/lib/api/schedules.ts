/** All calls about when a charger charges: its rules, its plan, and what a plan would do. */
import type { Server } from "./server";
import type { NewSchedule, OperatorLimit, Plan, PlanWish, Schedule, ScheduleChanges } from "./types";

const at = (id: string) => ({ params: { path: { id } } });

export async function fetchSchedules(server: Server, charger: string): Promise<Schedule[]> {
  const query = { limit: 200 };
  const answer = await server.answer(
    server.http.GET("/api/chargers/{id}/schedules", { params: { path: { id: charger }, query } }),
  );
  return answer.items;
}

export const addSchedule = (server: Server, charger: string, body: NewSchedule): Promise<Schedule> =>
  server.answer(server.http.POST("/api/chargers/{id}/schedules", { ...at(charger), body }));

export const changeSchedule = (server: Server, id: string, body: ScheduleChanges): Promise<Schedule> =>
  server.answer(server.http.PATCH("/api/schedules/{id}", { ...at(id), body }));

export const removeSchedule = async (server: Server, id: string): Promise<void> => {
  await server.answer(server.http.DELETE("/api/schedules/{id}", at(id)));
};

export const fetchPlan = (server: Server, charger: string): Promise<Plan> =>
  server.answer(server.http.GET("/api/chargers/{id}/plan", at(charger)));

export const setPlan = (server: Server, charger: string, body: PlanWish): Promise<Plan> =>
  server.answer(server.http.PUT("/api/chargers/{id}/plan", { ...at(charger), body }));

export const removePlan = async (server: Server, charger: string): Promise<void> => {
  await server.answer(server.http.DELETE("/api/chargers/{id}/plan", at(charger)));
};

/** Nothing follows from it. */
export const previewPlan = (server: Server, charger: string, body: PlanWish): Promise<Plan> =>
  server.answer(server.http.POST("/api/chargers/{id}/plan/preview", { ...at(charger), body }));

export const fetchOperatorLimit = (server: Server, station: string): Promise<OperatorLimit> =>
  server.answer(server.http.GET("/api/stations/{id}/grid-operator", at(station)));

export const dimStation = (server: Server, station: string, limit_w: number | null): Promise<OperatorLimit> =>
  server.answer(
    server.http.PUT("/api/stations/{id}/grid-operator", { ...at(station), body: { limit_w, until: null } }),
  );
