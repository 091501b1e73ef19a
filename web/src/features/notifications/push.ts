/** The browser's side of push: whether it can, why not, and its subscription; it knows no screen. */
export type Obstacle = "insecure" | "unsupported" | "denied" | "no_worker";

interface Surroundings {
  secure: boolean;
  supported: boolean;
  permission: NotificationPermission | null;
  worker: boolean;
}

/** Why this browser cannot be told anything now; null where it can. Pure. */
export function obstacle({ secure, supported, permission, worker }: Surroundings): Obstacle | null {
  if (!secure) return "insecure";
  if (!supported) return "unsupported";
  if (permission === "denied") return "denied";
  return worker ? null : "no_worker";
}

const supported = (): boolean => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

async function registration(): Promise<ServiceWorkerRegistration | null> {
  const known = await navigator.serviceWorker.getRegistration().catch(() => undefined);
  return known === undefined ? null : navigator.serviceWorker.ready;
}

/** Look at this browser. */
export async function findObstacle(): Promise<Obstacle | null> {
  const able = window.isSecureContext && supported();
  return obstacle({
    secure: window.isSecureContext,
    supported: supported(),
    permission: able ? Notification.permission : null,
    worker: able && (await registration()) !== null,
  });
}

/** This browser's subscription, if it has one. */
export async function ownSubscription(): Promise<PushSubscription | null> {
  if (!window.isSecureContext || !supported()) return null;
  return (await registration())?.pushManager.getSubscription() ?? null;
}

/** Ask the person and subscribe; null where they say no. A subscription for another server's key is replaced. */
export async function subscribe(publicKey: string): Promise<PushSubscription | null> {
  if ((await Notification.requestPermission()) !== "granted") return null;
  const worker = await navigator.serviceWorker.ready;
  const former = await worker.pushManager.getSubscription();
  if (former !== null && !sameKey(former.options.applicationServerKey, publicKey)) await former.unsubscribe();
  return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
}

function sameKey(key: ArrayBuffer | null, publicKey: string): boolean {
  if (key === null) return false;
  const text = btoa(String.fromCharCode(...new Uint8Array(key)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") === publicKey;
}

/** By what the server knows this browser's subscription. */
export async function fingerprint(subscription: PushSubscription): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
