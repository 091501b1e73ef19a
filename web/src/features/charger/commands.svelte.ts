/** Commands on their way to one charger: what is pending, and what the confirmed answer changes; shows nothing itself. */
import { allowCurrent, sendCommand } from "$lib/api/chargers";
import type { Charger, ChargerCommand } from "$lib/api/types";
import type { App } from "$app/context";

export class Commands {
  readonly #app: App;
  readonly #id: string;
  #running = $state<string[]>([]);
  #wish = $state<number | null>(null);
  #wishes = 0;

  constructor(app: App, chargerId: string) {
    this.#app = app;
    this.#id = chargerId;
  }

  /** The allowed current that was asked for and is not confirmed yet. */
  get wish(): number | null {
    return this.#wish;
  }

  /** The charging command on its way from this screen, if any. */
  get command(): ChargerCommand | null {
    return (this.#running.find((name) => name.startsWith("do:"))?.slice(3) as ChargerCommand | undefined) ?? null;
  }

  send(command: ChargerCommand): Promise<boolean> {
    return this.#run(`do:${command}`, () => sendCommand(this.#app.server, this.#id, command));
  }

  /** Ask for a current; of several wishes in a row only the last one stays on screen. */
  async allow(amps: number): Promise<void> {
    const mine = ++this.#wishes;
    this.#wish = amps;
    await this.#run("allowed-current", () => allowCurrent(this.#app.server, this.#id, amps));
    if (mine === this.#wishes) this.#wish = null;
  }

  async #run(name: string, work: () => Promise<Charger>): Promise<boolean> {
    this.#running = [...this.#running, name];
    try {
      return await this.#app.attempt(async () => this.#app.live.adopt(await work()));
    } finally {
      const place = this.#running.indexOf(name);
      this.#running = this.#running.filter((_, index) => index !== place);
    }
  }
}
