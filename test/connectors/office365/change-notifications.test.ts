import { describe, expect, test } from "vitest";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { WebhookRegistration, WebhookRequest } from "#src/connector-kit/contract/webhooks.ts";
import { webhooks } from "#src/connectors/office365/webhooks.ts";
import { ProviderRequestError, WebhookRejectedError } from "#src/errors.ts";
import { renewalAt } from "#src/instances/webhook-registration.ts";
import type { HttpRequest } from "#src/platform/http/client.ts";
import { type FakeAnswer, FakeClient } from "../fake-client.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const longestMs = 42_300 * 60_000;
const hook = { url: "https://gatehouse.fabrikam.example/webhooks/office365/1", secret: "a long random secret" };

interface Subscription {
  id: string;
  resource: string;
  notificationUrl: string;
  expirationDateTime: string;
}

/** Subscriptions as Graph keeps them, over a clock of the test's. */
class Graph {
  now = new Date("2026-01-01T00:00:00Z");
  drives = ["b!a", "b!b", "b!c"];
  refuses: string[] = [];
  subscriptions: Subscription[] = [];
  posts: HttpRequest[] = [];
  renewals = 0;
  #made = 0;

  get context(): Context {
    const client = new FakeClient("https://graph.example", (path, request) => this.#answer(path, request));
    return client.context({}, { now: () => this.now });
  }

  get alive(): Subscription[] {
    return this.subscriptions.filter(({ expirationDateTime }) => new Date(expirationDateTime) > this.now);
  }

  #answer(path: string, request: HttpRequest): FakeAnswer {
    const [, id] = /^\/subscriptions\/(.+)$/.exec(path) ?? [];
    const { method = "GET", json } = request;
    if (path.startsWith("/sites/getAllSites")) return { body: { value: [{ id: "s1", isPersonalSite: true }] } };
    if (path.startsWith("/sites/s1/drives"))
      return { body: { value: this.drives.map((drive) => ({ id: drive, driveType: "business" })) } };
    if (path === "/subscriptions" && method === "GET") return { body: { value: this.alive } };
    if (path === "/subscriptions") return this.#subscribe(request);
    const known = this.alive.find((one) => one.id === id);
    if (!known) return { status: 404 };
    if (method === "DELETE") {
      this.subscriptions = this.subscriptions.filter((one) => one !== known);
      return { status: 204 };
    }
    this.renewals += 1;
    known.expirationDateTime = this.#until(json);
    return { body: known };
  }

  #subscribe(request: HttpRequest): FakeAnswer {
    const { resource, notificationUrl } = request.json as Subscription;
    if (this.refuses.some((drive) => resource.includes(drive))) return { status: 400 };
    this.posts.push(request);
    this.#made += 1;
    const made = { id: `sub-${this.#made}`, resource, notificationUrl, expirationDateTime: this.#until(request.json) };
    this.subscriptions.push(made);
    return { status: 201, body: made };
  }

  #until(json: unknown): string {
    const { expirationDateTime } = json as Subscription;
    const ahead = new Date(expirationDateTime).getTime() - this.now.getTime();
    expect(ahead > 0 && ahead <= longestMs, "Microsoft allows 42,300 minutes").toBe(true);
    return expirationDateTime;
  }
}

const register = (graph: Graph) => webhooks.register!(graph.context, hook);

describe("subscriptions", () => {
  test("are made for each drive, with the secret, for content and permissions", async () => {
    const graph = new Graph();
    const registration = await register(graph);
    expect(graph.posts.map(({ json }) => (json as Subscription).resource)).toEqual([
      "drives/b!a/root",
      "drives/b!b/root",
      "drives/b!c/root",
    ]);
    expect(graph.posts[0]).toMatchObject({
      headers: { prefer: "includesecuritywebhooks" },
      json: {
        changeType: "updated",
        notificationUrl: hook.url,
        lifecycleNotificationUrl: hook.url,
        clientState: hook.secret,
      },
    });
    expect(registration).toEqual({ url: hook.url, renewBy: graph.alive[0]!.expirationDateTime });
  });

  test("never end in thirty days of renewals, and take in drives that come and go", async () => {
    const graph = new Graph();
    const end = graph.now.getTime() + 30 * dayMs;
    let registration: WebhookRegistration = await register(graph);
    let due = renewalAt(new Date(registration.renewBy!), graph.now);
    let runs = 0;
    for (; graph.now.getTime() < end; graph.now = new Date(graph.now.getTime() + hourMs)) {
      const day = (graph.now.getTime() - (end - 30 * dayMs)) / dayMs;
      if (day === 10) graph.drives = ["b!a", "b!c", "b!new"];
      if (graph.now >= due) {
        registration = await register(graph);
        due = renewalAt(new Date(registration.renewBy!), graph.now);
        runs += 1;
      }
      expect(graph.alive.length, `on day ${day}`).toBe(3);
    }
    expect(runs).toBeGreaterThan(15);
    expect(graph.renewals).toBeGreaterThan(2 * runs);
    expect(graph.posts).toHaveLength(4);
    expect(graph.alive.map(({ resource }) => resource).toSorted()).toEqual([
      "drives/b!a/root",
      "drives/b!c/root",
      "drives/b!new/root",
    ]);
  });

  test("that Microsoft removed, or let lapse, are made again; those of others stay", async () => {
    const graph = new Graph();
    await register(graph);
    const others = { ...graph.subscriptions[0]!, id: "other", notificationUrl: "https://other.example/hook" };
    graph.subscriptions = [others, ...graph.subscriptions.slice(1)];
    await register(graph);
    expect(graph.alive).toHaveLength(4);
    graph.now = new Date(graph.now.getTime() + 4 * dayMs);
    await register(graph);
    expect(graph.alive).toHaveLength(3);
    graph.subscriptions.push({ ...others, expirationDateTime: graph.alive[0]!.expirationDateTime });
    await webhooks.unregister!(graph.context, { url: hook.url });
    expect(graph.alive.map(({ id }) => id)).toEqual(["other"]);
  });

  test("of a drive that takes none do not keep the others from theirs; where no drive takes one, the reason is thrown", async () => {
    const graph = new Graph();
    graph.refuses = ["b!b"];
    await register(graph);
    expect(graph.alive).toHaveLength(2);
    const closed = new Graph();
    closed.refuses = closed.drives;
    await expect(register(closed)).rejects.toThrow(ProviderRequestError);
  });

  test("of a large tenant are made in several runs", async () => {
    const graph = new Graph();
    graph.drives = Array.from({ length: 130 }, (_, index) => `b!${String(index).padStart(3, "0")}`);
    const { renewBy } = await register(graph);
    expect(graph.alive).toHaveLength(100);
    expect(new Date(renewBy!).getTime() - graph.now.getTime()).toBeLessThan(hourMs);
    await register(graph);
    expect(graph.alive).toHaveLength(130);
  });
});

describe("a delivery", () => {
  const deliver = (value: object[], more: Partial<WebhookRequest> = {}) => {
    const request = { method: "POST", headers: {}, query: {}, body: Buffer.from(JSON.stringify({ value })), ...more };
    return webhooks.receive(request, { secret: hook.secret, settings: {}, registration: null, now: new Date() });
  };
  const notice = (more: object = {}) => ({
    ...{ subscriptionId: "sub-1", clientState: hook.secret, changeType: "updated", resource: "drives/b!a/root" },
    ...more,
  });

  test("of a handshake is answered with its token, as plain text", () => {
    const token = "Validation: Testing & more";
    expect(deliver([], { query: { validationToken: token } })).toEqual({
      response: { status: 200, headers: { "content-type": "text/plain" }, body: token },
    });
  });

  test("brings the feed of changes forward, and is never a replay", () => {
    expect(deliver([notice(), notice()])).toEqual({
      response: { status: 202 },
      deliveryId: null,
      refresh: [{ stream: "FILES", part: "changes" }],
    });
  });

  test.each([
    ["reauthorizationRequired", true],
    ["subscriptionRemoved", true],
    ["missed", undefined],
  ])("of the lifecycle event %s reads the feed, and registers again where that helps", (lifecycleEvent, renew) => {
    const result = deliver([notice({ changeType: undefined, lifecycleEvent })]);
    expect(result.refresh).toEqual([{ stream: "FILES", part: "changes" }]);
    expect(result.renew).toBe(renew);
  });

  test("with a wrong secret among right ones, without one, or without notices is refused", () => {
    expect(() => deliver([notice(), notice({ clientState: "other" })])).toThrow(WebhookRejectedError);
    expect(() => deliver([notice({ clientState: null })])).toThrow(WebhookRejectedError);
    expect(() => deliver([])).toThrow(WebhookRejectedError);
    expect(() => deliver([], { body: Buffer.from("{}") })).toThrow(WebhookRejectedError);
  });
});
