import { describe, expect, test } from "vitest";
import { ProviderRateLimitError, ProviderScopeError } from "#src/errors.ts";
import { Slots } from "#src/platform/http/gate.ts";
import { limitedForMs, readLimits, restForMs, restReason } from "#src/platform/http/rate-limit.ts";
import { failure, json, makeClient, noon, startProvider } from "./provider.ts";

const rateLimit = { remaining: "x-ratelimit-remaining", resetAt: "x-ratelimit-reset" };
const httpDate = (ms: number) => new Date(ms).toUTCString();
const seconds = (ms: number) => String(Math.floor(ms / 1000));
const minutes = 60_000;

/** Milliseconds from noon to the instant the error names. */
async function waitOf(status: number, headers: Record<string, string>, facts: object = rateLimit): Promise<number> {
  const provider = await startProvider((_, response) => json(response, {}, headers, status));
  const { client } = makeClient(provider.url, { rateLimit: facts });
  const error = await failure(client.get("/x"));
  expect(error).toBeInstanceOf(ProviderRateLimitError);
  expect(provider.seen).toHaveLength(1);
  return (error.retryAt as Date).getTime() - noon;
}

describe("how long to wait", () => {
  test("Retry-After in seconds", async () => {
    expect(await waitOf(429, { "retry-after": "30" })).toBe(30_000);
  });

  test("Retry-After as a date, measured by the provider's own clock", async () => {
    expect(await waitOf(429, { "retry-after": httpDate(noon + 2 * minutes) })).toBe(2 * minutes);
    const theirs = noon + 5 * minutes;
    expect(await waitOf(429, { date: httpDate(theirs), "retry-after": httpDate(theirs + 2 * minutes) })).toBe(
      2 * minutes,
    );
    expect(await waitOf(429, { date: httpDate(noon - 5 * minutes), "retry-after": "2026-03-01T12:00:00Z" })).toBe(
      5 * minutes,
    );
  });

  test("no hint at all, or a hint that means nothing: the connector's default, else a minute", async () => {
    expect(await waitOf(429, {})).toBe(minutes);
    expect(await waitOf(429, { "retry-after": "soon" })).toBe(minutes);
    expect(await waitOf(429, {}, { defaultWaitSeconds: 10 })).toBe(10_000);
  });

  test.each([
    ["five minutes ahead", 5],
    ["right", 0],
    ["five minutes behind", -5],
  ])("the reset header, with the provider's clock %s", async (_, skew) => {
    const theirs = noon + skew * minutes;
    expect(
      await waitOf(429, {
        date: httpDate(theirs),
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": seconds(theirs + 3 * minutes),
      }),
    ).toBe(3 * minutes);
  });

  test("reset in milliseconds, in seconds from now, as a date, and undeclared", async () => {
    const facts = (resetUnit: string) => ({ remaining: "left", resetAt: "reset", resetUnit });
    expect(await waitOf(429, { left: "0", reset: String(noon + minutes) }, facts("epoch-millis"))).toBe(minutes);
    expect(await waitOf(429, { left: "0", reset: "90" }, facts("seconds-from-now"))).toBe(90_000);
    expect(await waitOf(429, { left: "0", reset: "2026-03-01T12:07:00Z" }, facts("epoch-seconds"))).toBe(7 * minutes);
    for (const reset of [String(noon + minutes), seconds(noon + minutes), "60"])
      expect(await waitOf(429, { "x-ratelimit-reset": reset }, {})).toBe(minutes);
  });

  test("calls left mean a hidden limit: the end of the window is not waited for", async () => {
    expect(
      await waitOf(429, { "x-ratelimit-remaining": "4000", "x-ratelimit-reset": seconds(noon + 50 * minutes) }),
    ).toBe(minutes);
  });

  test("nonsense is bounded: at least a second, at most a day", () => {
    const read = (headers: Record<string, string>) =>
      limitedForMs(429, readLimits(new Headers(headers), rateLimit, noon), rateLimit);
    expect(read({ "retry-after": "0" })).toBe(1000);
    expect(read({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" })).toBe(1000);
    expect(read({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(noon) })).toBe(86_400_000);
  });
});

describe("what counts as a limit", () => {
  test("a 403 with nothing left, or with Retry-After, is a limit", async () => {
    expect(await waitOf(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": seconds(noon + minutes) })).toBe(
      minutes,
    );
    expect(await waitOf(403, { "retry-after": "60" })).toBe(minutes);
  });

  test("any other 403 is a missing scope, and names it where the provider does", async () => {
    const provider = await startProvider((_, response) =>
      json(
        response,
        { message: "Must have admin rights." },
        {
          "x-ratelimit-remaining": "4999",
          "x-ratelimit-reset": seconds(noon + minutes),
          "www-authenticate": 'Bearer error="insufficient_scope", scope="audit:read users:read"',
        },
        403,
      ),
    );
    const { client } = makeClient(provider.url, { rateLimit: { ...rateLimit, statuses: [403] } });
    const error = await failure(client.get("/x"));
    expect(error).toBeInstanceOf(ProviderScopeError);
    expect(error).toMatchObject({
      scopes: ["audit:read", "users:read"],
      status: 403,
      message: "example answered 403: Must have admin rights.",
    });
  });

  test("a connector that takes every 403 for a missing scope does not turn a limit into one", async () => {
    const provider = await startProvider((_, response) => json(response, {}, { "retry-after": "60" }, 403));
    const { client } = makeClient(provider.url, { mapError: () => new ProviderScopeError("No.", ["x"]) });
    await expect(client.get("/x")).rejects.toBeInstanceOf(ProviderRateLimitError);
  });

  test("503 with Retry-After, and statuses of the connector's facts", async () => {
    expect(await waitOf(503, { "retry-after": "120" })).toBe(2 * minutes);
    expect(await waitOf(420, {}, { statuses: [420] })).toBe(minutes);
  });

  test("a limit told in the body, by mapError, closes the gate as well", async () => {
    const provider = await startProvider((_, response) => json(response, { code: "REQUEST_LIMIT_EXCEEDED" }, {}, 400));
    const { client } = makeClient(provider.url, {
      mapError: ({ body }, now) =>
        (body as { code: string }).code === "REQUEST_LIMIT_EXCEEDED"
          ? new ProviderRateLimitError("Daily limit.", new Date(now.getTime() + 60 * minutes))
          : null,
    });
    await expect(client.get("/x")).rejects.toThrow("Daily limit.");
    await expect(client.get("/x")).rejects.toBeInstanceOf(ProviderRateLimitError);
    expect(provider.seen).toHaveLength(1);
  });
});

describe("waiting", () => {
  test("up to five seconds are waited here, for calls of any method", async () => {
    const provider = await startProvider((_, response, nth) =>
      nth === 1 ? json(response, {}, { "retry-after": "5" }, 429) : json(response, { nth }),
    );
    const { client, slept } = makeClient(provider.url);
    expect((await client.post("/x")).body).toEqual({ nth: 2 });
    expect(slept).toEqual([5000]);
  });

  test("five seconds in all: short waits do not add up to a sleeping worker", async () => {
    const provider = await startProvider((_, response) => json(response, {}, { "retry-after": "2" }, 429));
    const { client, slept } = makeClient(provider.url);
    await expect(client.get("/x")).rejects.toBeInstanceOf(ProviderRateLimitError);
    expect(slept).toEqual([2000, 2000]);
    expect(provider.seen).toHaveLength(3);
  });

  test("no call goes out before the time an earlier answer named, and other instances go on", async () => {
    const provider = await startProvider((_, response, nth) =>
      nth === 1 ? json(response, {}, { "retry-after": "60" }, 429) : json(response, {}),
    );
    const { client, another, advance } = makeClient(provider.url);
    await failure(client.get("/x"));
    advance(50_000);
    const error = await failure(client.get("/y"));
    expect((error.retryAt as Date).getTime()).toBe(noon + 60_000);
    expect(provider.seen).toHaveLength(1);
    await another({ name: "example/2" }).get("/z");
    advance(10_000);
    await client.get("/y");
    expect(provider.seen.map((one) => one.url)).toEqual([
      "https://api.example.com/x",
      "https://api.example.com/z",
      "https://api.example.com/y",
    ]);
  });

  test("calls queued behind the one that met the limit wait as well", async () => {
    const provider = await startProvider((_, response, nth) =>
      nth === 1 ? json(response, {}, { "retry-after": "60" }, 429) : json(response, {}),
    );
    const { client } = makeClient(provider.url, { rateLimit: { concurrency: 1 } });
    const results = await Promise.allSettled([1, 2, 3].map((n) => client.get(`/${n}`)));
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(provider.seen).toHaveLength(1);
  });

  test("the last tenth of a window is left to the customer's other programs", async () => {
    const provider = await startProvider((_, response, nth) =>
      json(
        response,
        { nth },
        {
          "x-ratelimit-limit": "1000",
          "x-ratelimit-remaining": String(102 - nth),
          "x-ratelimit-reset": seconds(noon + 10 * minutes),
        },
      ),
    );
    const { client, another, advance } = makeClient(provider.url, { rateLimit });
    await client.get("/x");
    expect((await client.get("/x")).body).toEqual({ nth: 2 });
    const error = await failure(client.get("/x"));
    expect((error.retryAt as Date).getTime()).toBe(noon + 10 * minutes);
    expect(provider.seen).toHaveLength(2);
    const urgent = another({ reserve: 0 });
    await urgent.get("/x");
    await urgent.get("/x");
    advance(10 * minutes);
    await client.get("/x");
    expect(provider.seen).toHaveLength(5);
  });

  test("the last call of a window is used, the one after it waits", async () => {
    const reading = (remaining: string, reset = seconds(noon + minutes)) =>
      readLimits(new Headers({ "x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset }), rateLimit, noon);
    expect(restForMs(reading("1"), 0.1)).toBe(null);
    expect(restForMs(reading("0"), 0.1)).toBe(minutes);
    expect(restForMs(reading("0", seconds(noon - 1000)), 0.1)).toBe(null);
    expect(restForMs(reading("-"), 0.1)).toBe(null);
  });

  test("an abort ends the wait", async () => {
    const provider = await startProvider((_, response) => json(response, {}, { "retry-after": "4" }, 429));
    const abort = new AbortController();
    const { client } = makeClient(provider.url, { signal: abort.signal }, { sleep: undefined as never });
    const call = failure(client.get("/x"));
    setTimeout(() => abort.abort(new Error("disabled")), 50);
    expect((await call).message).toBe("disabled");
  });
});

test("calls at once are limited for all clients of one name, and an abort leaves the queue", async () => {
  let active = 0;
  let most = 0;
  const provider = await startProvider(async (_, response) => {
    most = Math.max(most, ++active);
    await new Promise((done) => setTimeout(done, 15));
    active--;
    json(response, {});
  });
  const { client, another } = makeClient(provider.url, { rateLimit: { concurrency: 2 } });
  const abort = new AbortController();
  const second = another({ signal: abort.signal });
  const calls = [1, 2, 3, 4].map((n) => client.get(`/${n}`));
  const left = failure(second.get("/left"));
  calls.push(...[5, 6].map((n) => client.get(`/${n}`)));
  abort.abort(new Error("disabled"));
  expect((await left).message).toBe("disabled");
  await Promise.all(calls);
  expect(most).toBe(2);
  expect(provider.seen).toHaveLength(6);
});

test("a slot is never given to a call that has left the queue", async () => {
  const slots = new Slots();
  const abort = new AbortController();
  const release = await slots.take("a", 1, undefined);
  const left = failure(slots.take("a", 1, abort.signal));
  const next = slots.take("a", 1, undefined);
  abort.abort(new Error("disabled"));
  expect((await left).message).toBe("disabled");
  release();
  (await next)();
  (await slots.take("a", 1, undefined))();
});

test("calls used of an allowance are calls left, and why calls rest is stated", () => {
  const usage = { header: "sforce-limit-info", pattern: /api-usage=(\d+)\/(\d+)/, restSeconds: 900 };
  const reading = (text: string) => readLimits(new Headers({ "sforce-limit-info": text }), { usage }, 0);
  expect(restForMs(reading("api-usage=103499/115000"), 0.1)).toBeNull();
  expect(restForMs(reading("api-usage=103500/115000"), 0.1)).toBe(900_000);
  expect(restForMs(reading("api-usage=103500/115000"), 0)).toBeNull();
  expect(restForMs(reading("api-usage=115001/115000; per-app-api-usage=17/250"), 0)).toBe(900_000);
  expect(restReason(reading("api-usage=103500/115000"))).toMatch(/^103,500 of 115,000 calls/);
  expect(reading("something else").remaining).toBeNull();
});
