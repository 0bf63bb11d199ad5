import { describe, expect, test } from "vitest";
import { ProviderRateLimitError } from "#src/errors.ts";
import { compileLimits, Gates } from "#src/platform/http/limits.ts";
import { expandMatches } from "#src/platform/http/url.ts";
import { failure, json, makeClient, noon, startProvider } from "./provider.ts";

describe("the limit of a call", () => {
  const limitOf = compileLimits({ concurrency: 6 }, [
    { match: "graph.example.com/v1.0/auditLogs", perMinute: 10 },
    { match: "graph.example.com", concurrency: 2 },
    { match: "*.files.example.com/", concurrency: 1 },
  ]);

  test.each([
    ["https://graph.example.com/v1.0/auditLogs", "graph.example.com/v1.0/auditLogs", 4, 10],
    ["https://graph.example.com/v1.0/auditLogs/signIns?$top=1", "graph.example.com/v1.0/auditLogs", 4, 10],
    ["https://graph.example.com/v1.0/auditLogsExport", "graph.example.com", 2, null],
    ["https://graph.example.com/", "graph.example.com", 2, null],
    ["https://acme.files.example.com/a/b", "*.files.example.com/", 1, null],
    ["https://files.example.com/a", "", 6, null],
    ["https://notgraph.example.com/v1.0/auditLogs", "", 6, null],
  ])("%s", (url, match, concurrency, perMinute) => {
    expect(limitOf(new URL(url))).toMatchObject({ match, concurrency, perMinute });
  });

  test("is named with the host of a setting", () => {
    expect(expandMatches([{ match: "{domain}/api/v1/logs", perMinute: 60 }], { domain: "acme.okta.example" })).toEqual([
      { match: "acme.okta.example/api/v1/logs", perMinute: 60 },
    ]);
  });
});

describe("limits of one instance", () => {
  test("hold for all its clients, and only for the calls they are about", async () => {
    const provider = await startProvider(({ url }, response) =>
      url.includes("/logs") ? json(response, {}, { "retry-after": "60" }, 429) : json(response, {}),
    );
    const rateLimits = [{ match: "api.example.com/logs" }];
    const { client, another } = makeClient(provider.url, { rateLimits });
    await failure(client.get("/logs"));
    const error = await failure(another({}).get("/logs/2"));
    expect(error).toBeInstanceOf(ProviderRateLimitError);
    expect((error.retryAt as Date).getTime()).toBe(noon + 60_000);
    expect(provider.seen).toHaveLength(1);
    await another({}).get("/users");
    expect(provider.seen).toHaveLength(2);
  });

  test("stay with a client that does not share them", async () => {
    const provider = await startProvider((_, response, nth) =>
      nth === 1 ? json(response, {}, { "retry-after": "3600" }, 429) : json(response, {}),
    );
    const { client, another } = makeClient(provider.url, { name: "example/0", sharesLimits: false });
    await failure(client.get("/x"));
    await another({}).get("/x");
    expect(provider.seen).toHaveLength(2);
  });

  test("have their own calls at once", async () => {
    const most = { logs: 0, users: 0 };
    const active = { logs: 0, users: 0 };
    const provider = await startProvider(async ({ url }, response) => {
      const kind = url.includes("/logs") ? "logs" : "users";
      most[kind] = Math.max(most[kind], ++active[kind]);
      await new Promise((done) => setTimeout(done, 20));
      active[kind]--;
      json(response, {});
    });
    const { client, another } = makeClient(provider.url, {
      rateLimit: { concurrency: 3 },
      rateLimits: [{ match: "api.example.com/logs", concurrency: 1 }],
    });
    const other = another({});
    await Promise.all([1, 2, 3, 4].flatMap((n) => [client.get(`/logs/${n}`), other.get(`/users/${n}`)]));
    expect(most).toEqual({ logs: 1, users: 3 });
  });
});

describe("calls a minute", () => {
  test("are counted over any 60 seconds, for all clients of the instance; the next one says when", async () => {
    const provider = await startProvider((_, response) => json(response, {}));
    const made = makeClient(provider.url, { rateLimits: [{ match: "api.example.com", perMinute: 3 }], reserve: 0 });
    const { client, another, advance } = made;
    await client.get("/1");
    advance(20_000);
    await another({}).get("/2");
    await client.get("/3");
    const error = await failure(client.get("/4"));
    expect(error).toBeInstanceOf(ProviderRateLimitError);
    expect((error.retryAt as Date).getTime()).toBe(noon + 60_000);
    advance(36_000);
    // Four seconds are short enough to be waited here.
    await client.get("/4");
    expect(made.slept).toEqual([4000]);
    expect((await failure(client.get("/5"))).retryAt).toEqual(new Date(noon + 80_000));
    expect(provider.seen).toHaveLength(4);
  });

  test("leave a tenth to calls that a person waits for", async () => {
    const provider = await startProvider((_, response) => json(response, {}));
    const { client, another } = makeClient(provider.url, { rateLimits: [{ match: "api.example.com", perMinute: 10 }] });
    for (let n = 0; n < 9; n++) await client.get("/x");
    expect(await failure(client.get("/x"))).toBeInstanceOf(ProviderRateLimitError);
    const urgent = another({ reserve: 0 });
    await urgent.get("/x");
    expect(await failure(urgent.get("/x"))).toBeInstanceOf(ProviderRateLimitError);
    expect(provider.seen).toHaveLength(10);
  });
});

test("gates that have nothing to remember are dropped, the others are kept", () => {
  const gates = new Gates();
  gates.of("closed", noon).closeUntil(noon + 1000);
  gates.of("counting", noon).admitMs(noon, 5);
  for (let n = 0; n < 5000; n++) gates.of(`idle/${n}`, noon);
  expect(gates.of("closed", noon).closedForMs(noon)).toBe(1000);
  expect(gates.of("counting", noon).admitMs(noon, 1)).toBe(60_000);
});
