/** The app's files of one build, kept by the browser: filled at once, asked without the network, cleared with the next. */
import { isOf, languageOf, type Listed, listOf } from "./rules";

const PREFIX = "chargedeck-app-";
/** Files fetched side by side, so that a small server is not flooded by a new build. */
const AT_ONCE = 4;

export class Shelf {
  readonly #build: string;

  constructor(build: string) {
    this.#build = build;
  }

  #open(): Promise<Cache> {
    return caches.open(PREFIX + this.#build);
  }

  /** Keep the page that the server gives us now, and every file of its build in its language. */
  async fill(): Promise<void> {
    const response = await fetched("/");
    const html = await response.clone().text();
    const listed = (await (await fetched(listOf(languageOf(html)))).json()) as Listed;
    if (listed.build !== this.#build || !isOf(html, listed)) throw new Error("The server has another build by now.");
    const waiting = [...listed.files];
    const work = async (): Promise<void> => {
      for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) await this.#keep(path);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    // Last, so that a page is only ever kept together with its files.
    await (await this.#open()).put("/", response);
  }

  async #keep(path: string): Promise<void> {
    const cache = await this.#open();
    if (await cache.match(path)) return;
    // The name of an asset says what is in it, so the last build's will do.
    const known = path.startsWith("/assets/") ? await caches.match(path) : undefined;
    await cache.put(path, known ?? (await fetched(path)));
  }

  async find(path: string): Promise<Response | undefined> {
    return (await this.#open()).match(path);
  }

  /** A page came from the server: when it is not the kept one, its language or its build has changed. */
  async compare(page: Response): Promise<"same" | "language" | "other"> {
    const kept = await this.find("/");
    const [html, before] = await Promise.all([page.text(), kept?.text()]);
    if (html === before) return "same";
    return before !== undefined && languageOf(html) !== languageOf(before) ? "language" : "other";
  }

  /** Drop what older builds have left. */
  async dropOthers(): Promise<void> {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(PREFIX) && name !== PREFIX + this.#build);
    await Promise.all(old.map((name) => caches.delete(name)));
  }
}

/** An answer that may be kept: ours, complete, and not the page of a gateway that wanted a sign-in first. */
async function fetched(path: string): Promise<Response> {
  const response = await fetch(path, { cache: "no-cache", credentials: "same-origin" });
  if (!response.ok || response.redirected) throw new Error(`${path} could not be kept (${response.status})`);
  return response;
}
