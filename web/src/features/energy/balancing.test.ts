import { expect, it } from "vitest";
import { Server } from "$lib/api/server";
import { Settings } from "./balancing.svelte";

type Reply = () => Response | Promise<Response>;

/** A server that gives these answers, one for each request. */
function answering(...replies: Reply[]): Server {
  return new Server("http://localhost", async () => (replies.shift() ?? Response.error)());
}

const json = (body: object, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });

it("knows nothing until it has read, and says when reading fails", async () => {
  const settings = new Settings(
    answering(
      () => json({ detail: "gone" }, 404),
      () => json({ breaker_rating_a: 25 }),
    ),
    "home",
  );
  expect(settings.value).toBeNull();
  await settings.read();
  expect(settings.failed).toBe(true);
  await settings.read();
  expect(settings.failed).toBe(false);
  expect(settings.value?.breaker_rating_a).toBe(25);
});

it("keeps what is confirmed where a change is refused, with the reason", async () => {
  const settings = new Settings(
    answering(
      () => json({ breaker_rating_a: 25 }),
      () => json({ detail: "breaker_rating_a must be 10 to 1000" }, 422),
    ),
    "home",
  );
  await settings.read();
  expect(await settings.change("breaker_rating_a", { breaker_rating_a: 5 })).toBe(false);
  expect(settings.value?.breaker_rating_a).toBe(25);
  expect(settings.writes.refusal("breaker_rating_a")).toBe("breaker_rating_a must be 10 to 1000");
});

it("does not show an older reading over a newer change", async () => {
  let late: (answer: Response) => void = () => undefined;
  const settings = new Settings(
    answering(
      () => new Promise<Response>((resolve) => (late = resolve)),
      () => json({ breaker_rating_a: 32 }),
    ),
    "home",
  );
  const reading = settings.read();
  await settings.change("breaker_rating_a", { breaker_rating_a: 32 });
  late(json({ breaker_rating_a: 25 }));
  await reading;
  expect(settings.value?.breaker_rating_a).toBe(32);
});
