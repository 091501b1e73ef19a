/** What pages may reach: one object, made in `main.ts`, handed down by context; leaves get props instead. */
import { getContext, setContext } from "svelte";
import type { Account } from "$lib/account/account.svelte";
import { may, type Right } from "$lib/account/rights";
import { asProblem } from "$lib/api/problem";
import type { Server } from "$lib/api/server";
import type { Me } from "$lib/api/types";
import type { Zone } from "$lib/format/moment";
import { sentence } from "$lib/format/words";
import type { LiveStore } from "$lib/live/stream.svelte";
import type { Router } from "$lib/router/router.svelte";
import { regionalLocale, spoken } from "../i18n";
import type { Clock } from "./clock.svelte";
import type { Toasts } from "./toasts.svelte";

export interface Parts {
  server: Server;
  account: Account;
  live: LiveStore;
  clock: Clock;
  router: Router;
  toasts: Toasts;
}

export class App implements Parts {
  readonly server: Server;
  readonly account: Account;
  readonly live: LiveStore;
  readonly clock: Clock;
  readonly router: Router;
  readonly toasts: Toasts;

  constructor({ server, account, live, clock, router, toasts }: Parts) {
    this.server = server;
    this.account = account;
    this.live = live;
    this.clock = clock;
    this.router = router;
    this.toasts = toasts;
  }

  /** The signed-in user; screens behind the sign-in may rely on it. */
  get me(): Me {
    const { me } = this.account;
    if (me === null) throw new Error("This screen needs a signed-in user.");
    return me;
  }

  get locale(): string {
    return regionalLocale(spoken, navigator.languages);
  }

  get zone(): Zone {
    const timeZone = this.account.me?.time_zone || Intl.DateTimeFormat().resolvedOptions().timeZone;
    return { locale: this.locale, timeZone };
  }

  /** Whether the server can be reached, so that controls may be used. */
  get online(): boolean {
    return this.live.link.kind === "live";
  }

  may(right: Right): boolean {
    return may(this.account.me?.role, right);
  }

  /** Do something that may fail; true when it went well, else the reason was shown. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.toasts.show("error", sentence(asProblem(error)));
      return false;
    }
  }
}

const KEY = Symbol("app");

export const provideApp = (app: App): App => setContext(KEY, app);
export const useApp = (): App => getContext<App>(KEY);
