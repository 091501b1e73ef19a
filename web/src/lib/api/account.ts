/** All calls about who is signed in: first claim, sign-in, own preferences, password and tokens. */
import type { Server } from "./server";
import type { Claim, Me, Preferences, Role, Token } from "./types";

export const fetchMe = (server: Server): Promise<Me> => server.answer(server.http.GET("/api/me"));

export const isClaimed = async (server: Server): Promise<boolean> =>
  (await server.answer(server.http.GET("/api/setup/claim"))).claimed;

export const claim = (server: Server, body: Claim): Promise<Me> =>
  server.answer(server.http.POST("/api/setup/claim", { body }));

export const signIn = (server: Server, email: string, password: string, code: string | null = null): Promise<Me> =>
  server.answer(server.http.POST("/api/login", { body: { email, password, code } }));

export const signOut = (server: Server): Promise<undefined> =>
  server.answer(server.http.POST("/api/logout", { body: {} }));

export const savePreferences = (server: Server, body: Preferences): Promise<Me> =>
  server.answer(server.http.PATCH("/api/me", { body }));

export const changePassword = (server: Server, current: string, wanted: string): Promise<Me> =>
  server.answer(server.http.POST("/api/me/password", { body: { current_password: current, new_password: wanted } }));

export const listTokens = async (server: Server): Promise<Token[]> =>
  (await server.answer(server.http.GET("/api/tokens"))).items;

export const createToken = (
  server: Server,
  body: { name: string; role: Role; expires_at: string | null },
): Promise<Token & { token: string }> => server.answer(server.http.POST("/api/tokens", { body }));

export const revokeToken = (server: Server, id: string): Promise<undefined> =>
  server.answer(server.http.DELETE("/api/tokens/{id}", { params: { path: { id } } }));
