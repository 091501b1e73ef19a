/** How the server is tied to other systems. */
import type { components } from "./schema";
import type { Server } from "./server";

export type Integrations = components["schemas"]["Integrations"];

export const integrations = (server: Server): Promise<Integrations> =>
  server.answer(server.http.GET("/api/integrations"));
