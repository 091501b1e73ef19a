/** Reimbursement reports that were issued: which there are, where their files are, and whether they still hold. */
import type { Server } from "./server";
import type { ReportPage, Verification } from "./types";

export const listReports = (server: Server, cursor: string | null): Promise<ReportPage> =>
  server.answer(server.http.GET("/api/reports", { params: { query: cursor === null ? {} : { cursor } } }));

/** Compare a report with the history as it is now. */
export const verifyReport = (server: Server, number: number): Promise<Verification> =>
  server.answer(server.http.GET("/api/reports/{id}/verification", { params: { path: { id: String(number) } } }));

/** The PDF, byte for byte as it was issued. */
export const reportFile = (number: number): string => `/api/reports/${number}/file`;
