/** All calls about users and their cards. */
import type { Server } from "./server";
import type { AddedUser, Card, CardChanges, NewCard, NewUser, User, UserChanges } from "./types";

const at = (id: string) => ({ params: { path: { id } } });

export const listUsers = async (server: Server): Promise<User[]> =>
  (await server.answer(server.http.GET("/api/users"))).items;

export const addUser = (server: Server, body: NewUser): Promise<AddedUser> =>
  server.answer(server.http.POST("/api/users", { body }));

export const changeUser = (server: Server, id: string, body: UserChanges): Promise<User> =>
  server.answer(server.http.PATCH("/api/users/{id}", { ...at(id), body }));

export const removeUser = (server: Server, id: string): Promise<undefined> =>
  server.answer(server.http.DELETE("/api/users/{id}", at(id)));

export const listCards = async (server: Server): Promise<Card[]> =>
  (await server.answer(server.http.GET("/api/cards"))).items;

export const addCard = (server: Server, body: NewCard): Promise<Card> =>
  server.answer(server.http.POST("/api/cards", { body }));

export const changeCard = (server: Server, id: string, body: CardChanges): Promise<Card> =>
  server.answer(server.http.PATCH("/api/cards/{id}", { ...at(id), body }));

export const removeCard = (server: Server, id: string): Promise<undefined> =>
  server.answer(server.http.DELETE("/api/cards/{id}", at(id)));
