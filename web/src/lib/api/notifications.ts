/** All calls about notifications: the inbox, what one is told of, and how one is reached. */
import type { Server } from "./server";
import type {
  Inbox,
  NewChannel,
  NotificationChannel,
  NotificationChannelChanges,
  NotificationChanges,
  NotificationSettings,
} from "./types";

const at = (id: string) => ({ params: { path: { id } } });

export const listNotifications = (
  server: Server,
  query: { cursor?: string; limit?: number; unread?: boolean },
): Promise<Inbox> => server.answer(server.http.GET("/api/notifications", { params: { query } }));

/** Mark some as read, or all without ids; answers how much is left unread. */
export const readNotifications = async (server: Server, ids: string[] | null): Promise<number> =>
  (await server.answer(server.http.POST("/api/notifications/read", { body: { ids } }))).unread;

export const notificationSettings = (server: Server): Promise<NotificationSettings> =>
  server.answer(server.http.GET("/api/notifications/settings"));

export const saveNotificationSettings = (server: Server, changes: NotificationChanges): Promise<NotificationSettings> =>
  server.answer(server.http.PATCH("/api/notifications/settings", { body: changes }));

export const listChannels = async (server: Server): Promise<NotificationChannel[]> =>
  (await server.answer(server.http.GET("/api/notifications/channels"))).items;

type Wish = Pick<NewChannel, "channel"> & Partial<NewChannel>;

export const addChannel = (server: Server, wish: Wish): Promise<NotificationChannel> =>
  server.answer(
    server.http.POST("/api/notifications/channels", { body: { name: null, url: null, subscription: null, ...wish } }),
  );

export const changeChannel = (
  server: Server,
  id: string,
  changes: NotificationChannelChanges,
): Promise<NotificationChannel> =>
  server.answer(server.http.PATCH("/api/notifications/channels/{id}", { ...at(id), body: changes }));

export const removeChannel = (server: Server, id: string): Promise<undefined> =>
  server.answer(server.http.DELETE("/api/notifications/channels/{id}", at(id)));

export const testChannel = (server: Server, id: string): Promise<{ delivered: boolean; said: string }> =>
  server.answer(server.http.POST("/api/notifications/channels/{id}/test", { ...at(id), body: {} }));

export const pushKey = async (server: Server): Promise<string> =>
  (await server.answer(server.http.GET("/api/notifications/push-key"))).public_key;
