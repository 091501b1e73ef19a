/** What a history can be filtered by: chargers and stations that are live, people, cards and cars that are asked for once. */
import type { App } from "$app/context";
import { listCars } from "$lib/api/cars";
import { listCards, listUsers } from "$lib/api/people";
import type { Car, Card, User } from "$lib/api/types";
import { type Filter, nameOfPerson } from "./filters";

export interface Choice {
  value: string;
  label: string;
}

const byLabel = (one: Choice, other: Choice): number => one.label.localeCompare(other.label);

export class Choices {
  readonly #app: App;
  #users = $state.raw<readonly User[]>([]);
  #cars = $state.raw<readonly Car[]>([]);
  #cards = $state.raw<readonly Card[]>([]);

  constructor(app: App) {
    this.#app = app;
    void this.#load();
  }

  get users(): Choice[] {
    return this.#users.map((user) => ({ value: user.id, label: nameOfPerson(user) })).sort(byLabel);
  }

  get cars(): Choice[] {
    return this.#cars.map(({ id, name }) => ({ value: id, label: name })).sort(byLabel);
  }

  get stations(): Choice[] {
    return Object.values(this.#app.live.stations)
      .map(({ id, name }) => ({ value: id, label: name }))
      .sort(byLabel);
  }

  /** How many of each there are to tell apart. */
  get counts(): { chargers: number; users: boolean; stations: number } {
    const { chargers, stations } = this.#app.live;
    const people = this.#users.length > 1 || this.#cards.length > 1;
    return { chargers: Object.keys(chargers).length, users: people, stations: Object.keys(stations).length };
  }

  options(station: string | undefined): Record<Filter, Choice[]> {
    const chargers = Object.values(this.#app.live.chargers)
      .filter((one) => station === undefined || one.station_id === station)
      .map(({ id, name }) => ({ value: id, label: name }))
      .sort(byLabel);
    const cards = this.#cards.map(({ id, label, id_tag }) => ({ value: id, label: label || id_tag })).sort(byLabel);
    return { station: this.stations, charger: chargers, user: this.users, card: cards };
  }

  /** Who may not see people or cards is not asked to choose among them. */
  async #load(): Promise<void> {
    const { server } = this.#app;
    const none = Promise.resolve([]);
    const [users, cards, cars] = await Promise.allSettled([
      this.#app.may("own") ? listUsers(server) : none,
      this.#app.may("configure") ? listCards(server) : none,
      listCars(server),
    ]);
    if (users.status === "fulfilled") this.#users = users.value;
    if (cards.status === "fulfilled") this.#cards = cards.value;
    if (cars.status === "fulfilled") this.#cars = cars.value;
  }
}
