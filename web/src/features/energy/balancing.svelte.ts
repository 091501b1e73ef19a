/** The settings of one station's energy management: read now and then, changed one by one; it shows nothing. */
import { changeStation, fetchBalancing } from "$lib/api/energy";
import type { Server } from "$lib/api/server";
import type { Balancing, BalancingWish } from "$lib/api/types";
import { Writes } from "$lib/forms/writes.svelte";

export class Settings {
  readonly writes = new Writes();
  readonly #server: Server;
  readonly #station: string;
  #value = $state.raw<Balancing | null>(null);
  #failed = $state(false);
  #changes = 0;

  constructor(server: Server, station: string) {
    this.#server = server;
    this.#station = station;
  }

  /** Null until they have been read once. */
  get value(): Balancing | null {
    return this.#value;
  }

  /** Whether the last try to read them failed. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Read them again; what was read before a change was confirmed is not shown over it. */
  async read(): Promise<void> {
    const before = this.#changes;
    try {
      const value = await fetchBalancing(this.#server, this.#station);
      if (before === this.#changes) this.#value = value;
      this.#failed = false;
    } catch {
      this.#failed = true;
    }
  }

  /** Change something; true when the server has confirmed it, else the reason stands in `writes` under `name`. */
  change(name: string, wish: BalancingWish): Promise<boolean> {
    return this.writes.run(name, async () => {
      this.#changes += 1;
      this.#value = await changeStation(this.#server, this.#station, wish);
      this.#changes += 1;
    });
  }
}
