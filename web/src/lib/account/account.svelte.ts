/** Who is signed in, with which rights and preferences; it asks the server and decides no screen. */
import { fetchMe, isClaimed, savePreferences, signOut } from "$lib/api/account";
import { asProblem } from "$lib/api/problem";
import type { Server } from "$lib/api/server";
import type { Me, Preferences } from "$lib/api/types";

export type Presence =
  | { kind: "unknown" }
  /** The server did not answer; nothing is known yet. */
  | { kind: "unreachable" }
  /** Nobody owns this server yet. */
  | { kind: "unclaimed" }
  | { kind: "out" }
  | { kind: "in"; me: Me };

export class Account {
  readonly #server: Server;
  #presence = $state.raw<Presence>({ kind: "unknown" });

  constructor(server: Server) {
    this.#server = server;
    server.onUnauthenticated = () => this.#leave();
  }

  get presence(): Presence {
    return this.#presence;
  }

  get me(): Me | null {
    return this.#presence.kind === "in" ? this.#presence.me : null;
  }

  /** Find out where we stand; also used when the event stream was refused. */
  async load(): Promise<void> {
    try {
      this.enter(await fetchMe(this.#server));
    } catch (error) {
      if (asProblem(error).status === 401) await this.#enterByProxy();
      else if (this.#presence.kind !== "in") this.#presence = { kind: "unreachable" };
    }
  }

  enter(me: Me): void {
    this.#server.csrfToken = me.csrf_token;
    this.#presence = { kind: "in", me };
  }

  async save(changes: Preferences): Promise<void> {
    this.enter(await savePreferences(this.#server, changes));
  }

  async leave(): Promise<void> {
    await signOut(this.#server);
    this.#leave();
  }

  #leave(): void {
    this.#server.csrfToken = null;
    if (this.#presence.kind === "in") this.#presence = { kind: "out" };
  }

  /** A reverse proxy may have signed us in already; else it is for us to do. */
  async #enterByProxy(): Promise<void> {
    try {
      // Not part of the first load, which nearly everybody begins signed in.
      const { signInByProxy } = await import("$lib/api/keys");
      this.enter(await signInByProxy(this.#server));
    } catch {
      await this.#findOwner();
    }
  }

  async #findOwner(): Promise<void> {
    try {
      this.#presence = (await isClaimed(this.#server)) ? { kind: "out" } : { kind: "unclaimed" };
    } catch {
      this.#presence = { kind: "unreachable" };
    }
  }
}
