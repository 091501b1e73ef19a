/** Keeps the app fit for its next start: the service worker, its new versions, and the last known state. */
import { endPush, ownPush } from "$features/notifications/ownership";
import { keepState } from "$lib/live/kept";
import { m } from "../paraglide/messages.js";
import type { Parts } from "./context";

const KEEP_EVERY_MS = 15_000;
const LOOK_EVERY_MS = 60 * 60_000;
/** A server that comes back may have been upgraded, but one that flaps has not each time. */
const LOOK_AGAIN_MS = 60_000;
const SETTLE_MS = 1_000;

export function stayInstalled(parts: Parts): void {
  keepWhatIsKnown(parts);
  keepPushOwn(parts);
  // Without HTTPS there is no worker, and a browser may forbid one: the app works without it.
  void followWorker(parts).catch(() => undefined);
}

async function followWorker({ toasts, router }: Parts): Promise<void> {
  const workers = navigator.serviceWorker;
  /** Whether a worker stood behind this page before; whoever had none has the newest version. */
  let followed = workers.controller !== null;
  let wanted = false;
  const registration = await workers.register("/sw.js", { updateViaCache: "none" });

  /** A new worker waits. A page that came from the server may be of its version already, else somebody has to agree. */
  const settle = (waiting: ServiceWorker): void => {
    waiting.postMessage({ activateFor: ownScript() });
    setTimeout(() => {
      if (waiting.state === "installed") offer(() => waiting.postMessage("activate"));
    }, SETTLE_MS);
  };
  const offer = (take: () => void): void =>
    toasts.show("info", m.update_ready(), {
      label: m.update_reload(),
      run: () => {
        wanted = true;
        take();
      },
    });

  if (registration.waiting !== null && followed) settle(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => {
      if (coming.state === "installed" && followed) settle(coming);
    });
  });
  workers.addEventListener("controllerchange", () => {
    const first = !followed;
    followed = true;
    if (wanted) location.reload();
    else if (!first) void catchUp(() => offer(() => location.reload()));
  });
  workers.addEventListener("message", ({ data }: MessageEvent<{ open?: unknown } | null>) => {
    if (typeof data?.open === "string") router.go(data.open);
  });

  let looked = Date.now();
  const look = (): void => {
    if (document.hidden || Date.now() - looked < LOOK_AGAIN_MS) return;
    looked = Date.now();
    registration.update().catch(() => undefined);
  };
  setInterval(look, LOOK_EVERY_MS);
  document.addEventListener("visibilitychange", look);
  addEventListener("online", look);
}

/** Another window took a new version: what this page may still have to load is gone, unless it is that version. */
async function catchUp(offer: () => void): Promise<void> {
  if ((await caches.match(ownScript())) !== undefined) return;
  if (document.hidden) location.reload();
  else offer();
}

const ownScript = (): string => document.querySelector<HTMLScriptElement>("script[src]")?.src ?? "";

/** What is pushed to this browser is for whoever is signed in here, and for nobody before or after them. */
function keepPushOwn({ account, server }: Parts): void {
  let checked: string | null = null;
  account.onLeave = () => {
    checked = null;
    void endPush().catch(() => undefined);
  };
  account.onEnter = ({ id }) => {
    if (id === checked) return;
    checked = id;
    void ownPush(server).catch(() => (checked = null));
  };
  const { presence } = account;
  if (presence.kind === "in" && !presence.recalled) account.onEnter(presence.me);
}

function keepWhatIsKnown({ account, live }: Parts): void {
  let kept: unknown;
  const keep = (): void => {
    const { presence } = account;
    if (presence.kind !== "in" || presence.recalled || !live.known) return;
    kept = live.chargers;
    const all = {
      chargers: Object.values(live.chargers),
      stations: Object.values(live.stations),
      devices: Object.values(live.devices),
    };
    // A browser that is full keeps nothing: then there is no start without the server, and no more.
    void keepState({ me: presence.me, at: live.heardAt, ...all }).catch(() => undefined);
  };
  setInterval(() => {
    if (live.chargers !== kept) keep();
  }, KEEP_EVERY_MS);
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) keep();
  });
  keep();
}
