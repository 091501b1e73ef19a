/** The address bar as state: the route and query now shown, and how to change them; knows no page. */
import { parseRoute, type Route } from "./routes";

type Changes = Record<string, string | null>;

export class Router {
  #url = $state.raw(new URL("http://localhost/"));
  #route = $derived<Route>(parseRoute(this.#url.pathname));
  readonly #window: Window;

  constructor(view: Window) {
    this.#window = view;
    this.#url = new URL(view.location.href);
  }

  get route(): Route {
    return this.#route;
  }

  get path(): string {
    return this.#url.pathname;
  }

  get fragment(): string {
    return this.#url.hash.slice(1);
  }

  /** One value of the query, or null. */
  query(name: string): string | null {
    return this.#url.searchParams.get(name);
  }

  /** Go to an address of the app; back returns here. */
  go(href: string): void {
    this.#window.history.pushState(null, "", href);
    this.#read();
    this.#window.scrollTo(0, 0);
  }

  /** Take the place of the present address; back skips it. */
  replace(href: string): void {
    this.#window.history.replaceState(null, "", href);
    this.#read();
  }

  /** Change values of the query and keep the rest; null removes one. */
  set(changes: Changes, how: "push" | "replace" = "push"): void {
    const next = new URL(this.#url);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === "") next.searchParams.delete(name);
      else next.searchParams.set(name, value);
    }
    if (next.href === this.#url.href) return;
    if (how === "push") this.#window.history.pushState(null, "", next);
    else this.#window.history.replaceState(null, "", next);
    this.#read();
  }

  /** Follow the browser's own buttons and plain links inside the app; returns how to stop. */
  listen(): () => void {
    const onPop = (): void => this.#read();
    const onClick = (event: MouseEvent): void => this.#onClick(event);
    this.#window.addEventListener("popstate", onPop);
    this.#window.document.addEventListener("click", onClick);
    return () => {
      this.#window.removeEventListener("popstate", onPop);
      this.#window.document.removeEventListener("click", onClick);
    };
  }

  #read(): void {
    this.#url = new URL(this.#window.location.href);
  }

  #onClick(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || link.target !== "" || link.hasAttribute("download")) return;
    const goal = new URL(link.href);
    if (goal.origin !== this.#url.origin || parseRoute(goal.pathname).page === "missing") return;
    // A link to a place on the same page is the browser's own business.
    if (goal.hash !== "" && goal.pathname === this.#url.pathname && goal.search === this.#url.search) return;
    event.preventDefault();
    this.go(goal.href);
  }
}
