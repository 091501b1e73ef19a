/** Whose this browser's push is: it goes with the sign-in, so that the next person is told nothing of the last. */
import { addChannel, listChannels } from "$lib/api/notifications";
import type { Server } from "$lib/api/server";
import type { NewChannel, NotificationChannel } from "$lib/api/types";
import { fingerprint, ownSubscription } from "./push";

export type Claim = "strangers" | "former" | "own";

/** Whose a subscription is, going by the channels of whoever is signed in: theirs, now or by a former sign-in. */
export function claimOn(mark: string, channels: readonly Pick<NotificationChannel, "fingerprint" | "here">[]): Claim {
  const found = channels.find((one) => one.fingerprint === mark);
  if (found === undefined) return "strangers";
  return found.here ? "own" : "former";
}

/** Somebody has signed out: the server has ended its side, this is the browser's. */
export async function endPush(): Promise<void> {
  await (await ownSubscription())?.unsubscribe();
}

/** Somebody is signed in: what another has left here ends, what was theirs before goes with this sign-in. */
export async function ownPush(server: Server): Promise<void> {
  const subscription = await ownSubscription();
  if (subscription === null) return;
  const mark = await fingerprint(subscription);
  const channels = await listChannels(server);
  switch (claimOn(mark, channels)) {
    case "strangers":
      await subscription.unsubscribe();
      break;
    case "former":
      await addChannel(server, {
        channel: "push",
        name: channels.find((one) => one.fingerprint === mark)?.name ?? null,
        subscription: toldOf(subscription),
      });
      break;
    case "own":
  }
}

/** A subscription as the server takes it. */
export function toldOf(subscription: PushSubscription): NonNullable<NewChannel["subscription"]> {
  const { endpoint, keys } = subscription.toJSON() as NonNullable<NewChannel["subscription"]>;
  return { endpoint, keys };
}
