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
  /** `recalled`: the server has not said so yet, this device remembers it. */
  | { kind: "in"; me: Me; recalled?: true };

/** After this the server is late, and what is remembered is shown until it answers. */
const PATIENCE_MS = 3_000;

export class Account {
  readonly #server: Server;
  #presence = $state.raw<Presence>({ kind: "unknown" });

  /** Called with whoever is signed in now, as the server has confirmed it. */
  onEnter: (me: Me) => void = () => undefined;
  /** Called when somebody has signed out here. */
  onLeave: () => void = () => undefined;

  readonly #recall: () => Promise<Me | null>;

  /** `recall` gives who was signed in last, when that is all there is. */
  constructor(server: Server, recall: () => Promise<Me | null> = () => Promise.resolve(null)) {
    this.#server = server;
    this.#recall = recall;
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
    // Away from home an address may neither answer nor refuse, for minutes.
    const late = setTimeout(() => void this.#doWithout(), PATIENCE_MS);
    try {
      this.enter(await fetchMe(this.#server));
    } catch (error) {
      if (asProblem(error).status === 401) await this.#enterByProxy();
      else await this.#doWithout();
    } finally {
      clearTimeout(late);
    }
  }

  async #doWithout(): Promise<void> {
    if (this.#presence.kind === "in") return;
    const me = await this.#recall();
    // The server may have answered in the meantime.
    if (this.#presence.kind !== "unknown" && this.#presence.kind !== "unreachable") return;
    this.#presence = me === null ? { kind: "unreachable" } : { kind: "in", me, recalled: true };
  }

  enter(me: Me): void {
    this.#server.csrfToken = me.csrf_token;
    this.#presence = { kind: "in", me };
    this.onEnter(me);
  }

  async save(changes: Preferences): Promise<void> {
    this.enter(await savePreferences(this.#server, changes));
  }

  async leave(): Promise<void> {
    await signOut(this.#server);
    this.#leave();
    this.onLeave();
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
