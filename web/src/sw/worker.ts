/** The service worker: opens the app without a network and shows what is pushed; it never answers for the API. */
import { kindOf, ownPath, readPush } from "./rules";
import { Shelf } from "./shelf";

declare const self: ServiceWorkerGlobalScope;
declare const __BUILD__: string;

/** A page that takes longer than this is opened from here; its data then comes when the network does. */
const PATIENCE_MS = 2_500;

const { origin } = self.location;
const shelf = new Shelf(__BUILD__);

self.addEventListener("install", (event) => event.waitUntil(shelf.fill()));

self.addEventListener("activate", (event) => {
  event.waitUntil(shelf.dropOthers().then(() => self.clients.claim()));
});

// A page says when: its user has agreed, or it is of this version itself.
self.addEventListener("message", (event) => {
  const said = event.data as { activateFor?: unknown } | "activate" | null;
  if (said === "activate") void self.skipWaiting();
  else if (typeof said?.activateFor === "string") event.waitUntil(activateFor(said.activateFor));
});

async function activateFor(script: string): Promise<void> {
  if ((await shelf.find(ownPath(script, origin))) !== undefined) await self.skipWaiting();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  switch (kindOf(request, origin)) {
    case "asset":
      event.respondWith(asset(request));
      break;
    case "document":
      event.respondWith(page(event));
      break;
    case "file":
      event.respondWith(file(request));
      break;
    case "other":
  }
});

async function asset(request: Request): Promise<Response> {
  return (await shelf.find(new URL(request.url).pathname)) ?? fetch(request);
}

async function file(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await shelf.find(new URL(request.url).pathname);
    if (kept === undefined) throw error;
    return kept;
  }
}

/** The server's page where it answers in time, since it knows the language and may be newer; else the kept one. */
async function page(event: FetchEvent): Promise<Response> {
  const asked = fetch(event.request);
  const kept = await shelf.find("/");
  if (kept === undefined) return asked;
  event.waitUntil(asked.then((response) => learn(response.clone())).catch(() => undefined));
  const answer = await Promise.race([asked.catch(() => undefined), late()]);
  // A gateway in front of a stopped server answers too.
  return answer === undefined || answer.status >= 502 ? kept : answer;
}

const late = (): Promise<undefined> => new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, undefined));

async function learn(response: Response): Promise<void> {
  if (!response.ok || response.redirected) return;
  const found = await shelf.compare(response);
  if (found === "language") await shelf.fill();
  else if (found === "other") await self.registration.update();
}

self.addEventListener("push", (event) => {
  const { title, body, url, tag, kind } = readPush(event.data?.text(), origin);
  const options = { body, icon: "/icons/icon-192.png", badge: "/icons/badge.png", data: { url, kind } };
  // A tag that is empty would make strangers replace one another.
  event.waitUntil(self.registration.showNotification(title, tag === "" ? options : { ...options, tag }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(ownPath(String((event.notification.data as { url?: unknown } | null)?.url ?? ""), origin)));
});

/** Lead to a page of the app: in the window that is there, or else in a new one. */
async function open(path: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const shown =
    windows.find((client) => client.focused) ??
    windows.find((client) => client.visibilityState === "visible") ??
    windows[0];
  if (shown === undefined) {
    await self.clients.openWindow(path);
    return;
  }
  shown.postMessage({ open: path });
  await shown.focus();
}
