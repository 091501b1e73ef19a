/** Single settings on their way to a device: which wait for confirmation, and which were refused and why; knows no topic. */
import { asProblem } from "$lib/api/problem";
import { refusalOf } from "./refusal";

export class Writes {
  #running = $state.raw<readonly string[]>([]);
  #refused = $state.raw<Readonly<Record<string, string>>>({});

  /** Whether this setting waits for its confirmation. */
  isRunning(name: string): boolean {
    return this.#running.includes(name);
  }

  /** Why the last wish for this setting was refused; null once another one is made. */
  refusal(name: string): string | null {
    return this.#refused[name] ?? null;
  }

  /** Do the work that changes a setting; true when it was confirmed. */
  async run(name: string, work: () => Promise<unknown>): Promise<boolean> {
    this.#running = [...this.#running, name];
    this.#refused = Object.fromEntries(Object.entries(this.#refused).filter(([other]) => other !== name));
    try {
      await work();
      return true;
    } catch (error) {
      this.#refused = { ...this.#refused, [name]: refusalOf(asProblem(error), name) };
      return false;
    } finally {
      const place = this.#running.indexOf(name);
      this.#running = this.#running.filter((_, index) => index !== place);
    }
  }
}
