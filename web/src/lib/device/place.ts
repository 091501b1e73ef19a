/** Where and how a device is asked, from what a person typed; pure. */
import type { Place } from "$lib/api/devices";

/** What the form says of the password: the one that is known, none, or another. */
export type SignIn = "keep" | "none" | "new";

export interface PlaceDraft {
  address: string;
  signIn: SignIn;
  username: string;
  password: string;
}

/** The fields that a refusal can name. */
export const PLACE_FIELDS = ["address", "username", "password"] as const;
export type PlaceField = (typeof PLACE_FIELDS)[number];

/** As for a device that is not known yet: what is not new is none. */
export function placeOf({ address, signIn, username, password }: PlaceDraft): Place {
  const credentials = signIn === "new" ? { username: username.trim(), password } : {};
  return { address: address.trim(), ...credentials } as Place;
}

export interface PlaceChanges {
  address?: string;
  username?: string | null;
  password?: string;
}

/** Only what differs from where and how the device is asked now. */
export function changesOf(draft: PlaceDraft, present: string | null): PlaceChanges {
  const changes: PlaceChanges = {};
  if (draft.address.trim() !== (present ?? "")) changes.address = draft.address.trim();
  if (draft.signIn === "none") changes.username = null;
  if (draft.signIn === "new") {
    changes.username = draft.username.trim();
    changes.password = draft.password;
  }
  return changes;
}
