import { expect, test } from "vitest";
import type { WebhookRequest } from "#src/connector-kit/contract/webhooks.ts";
import { webhooks } from "#src/connectors/google-workspace/webhooks.ts";
import { WebhookRejectedError } from "#src/errors.ts";
import { renewalAt } from "#src/instances/webhook-registration.ts";
import { FakeClient } from "../fake-client.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const hook = { url: "https://gatehouse.example/webhooks/google-workspace/1", secret: "a long random secret" };

interface Channel {
  id: string;
  token: string;
  expiration: number;
  feed: string;
}

/** Google with two people, one of them suspended, and a shared drive; it forgets channels when they end, and takes each id once. */
function openGoogle() {
  const clock = { now: Date.parse("2026-11-20T12:00:00Z") };
  const channels = new Map<string, Channel>();
  const isOpen = (id: string) => (channels.get(id)?.expiration ?? 0) > clock.now;
  const client = new FakeClient("https://admin.googleapis.com", (path, { json, query = {} }) => {
    const body = json as Record<string, string>;
    const feed = String(query.driveId ?? "person");
    if (path.startsWith("/admin/directory/v1/users"))
      return {
        body: {
          kind: "admin#directory#users",
          users: [{ primaryEmail: "a@acme.example" }, { primaryEmail: "b@acme.example", suspended: true }],
        },
      };
    if (path === "/drive/v3/drives")
      return { body: { kind: "drive#driveList", drives: [{ id: "0A1", name: "Finance" }] } };
    if (path === "/drive/v3/drives/0A1") return { body: { id: "0A1" } };
    if (path.endsWith("/permissions"))
      return {
        body: {
          kind: "drive#permissionList",
          permissions: [{ id: "1", type: "user", role: "organizer", emailAddress: "a@acme.example" }],
        },
      };
    if (path.endsWith("/startPageToken")) return { body: { startPageToken: "7" } };
    if (path.endsWith("/changes/watch")) {
      const { id = "", token = "", expiration } = body;
      if (isOpen(id)) return { status: 400, body: { error: { errors: [{ reason: "channelIdNotUnique" }] } } };
      const asked = Number(expiration);
      expect(asked - clock.now).toBeLessThanOrEqual(7 * dayMs);
      channels.set(id, { id, token, expiration: asked, feed });
      return { body: { id, resourceId: `resource of ${feed}`, expiration } };
    }
    if (path.endsWith("/channels/stop")) {
      const { id = "" } = body;
      if (!isOpen(id)) return { status: 404 };
      expect(body.resourceId).toBe(`resource of ${channels.get(id)!.feed}`);
      channels.delete(id);
      return { status: 204 };
    }
    throw new Error(`not expected: ${path}`);
  });
  const open = () => [...channels.values()].filter(({ id }) => isOpen(id));
  const context = client.context({}, { now: () => new Date(clock.now) });
  return { clock, client, context, open };
}

const delivery = ({ id, token }: Channel, more: Record<string, string> = {}): WebhookRequest => ({
  method: "POST",
  headers: { "X-Goog-Channel-ID": id, "X-Goog-Channel-Token": token, "X-Goog-Resource-State": "change", ...more },
  query: {},
  body: Buffer.alloc(0),
});
const receive = (request: WebhookRequest, now: number) =>
  webhooks.receive(request, { secret: hook.secret, settings: {}, registration: null, now: new Date(now) });

test("over 30 days of renewals a channel of every drive is open at any hour", async () => {
  const google = openGoogle();
  let registration = await webhooks.register!(google.context, hook);
  let renewAt = renewalAt(new Date(registration.renewBy!), new Date(google.clock.now));
  const end = google.clock.now + 30 * dayMs;
  let renewals = 0;
  for (; google.clock.now < end; google.clock.now += hourMs) {
    if (google.clock.now >= renewAt.getTime()) {
      registration = await webhooks.register!(google.context, hook);
      expect(Date.parse(registration.renewBy!)).toBeGreaterThan(google.clock.now + 2 * dayMs);
      renewAt = renewalAt(new Date(registration.renewBy!), new Date(google.clock.now));
      renewals += 1;
    }
    expect(new Set(google.open().map(({ feed }) => feed))).toEqual(new Set(["person", "0A1"]));
    // No more than those that end and those that follow them.
    expect(google.open().length).toBeLessThanOrEqual(4);
  }
  expect(renewals).toBeGreaterThan(9);
  await webhooks.unregister!(google.context, registration);
  expect(google.open()).toEqual([]);
});

test("registering again finds what is there, and learns what stopping it takes", async () => {
  const google = openGoogle();
  const first = await webhooks.register!(google.context, hook);
  google.clock.now += hourMs;
  expect(await webhooks.register!(google.context, hook)).toEqual(first);
  expect(google.open()).toHaveLength(2);
  await webhooks.unregister!(google.context, first);
  expect(google.open()).toEqual([]);
});

test("a change asks for the feed, the first message of a channel for nothing, and only Google knows its token", async () => {
  const google = openGoogle();
  await webhooks.register!(google.context, hook);
  const [one, other] = google.open() as [Channel, Channel];
  const refresh = [{ stream: "FILES", part: "changes" }];
  expect(receive(delivery(one), google.clock.now)).toEqual({ deliveryId: null, refresh });
  expect(receive(delivery(one, { "X-Goog-Resource-State": "sync" }), google.clock.now).refresh).toBeUndefined();
  for (const bad of [
    { ...one, token: other.token },
    { ...one, token: "" },
    { ...one, id: "gatehouse-made-up" },
  ])
    expect(() => receive(delivery(bad), google.clock.now)).toThrow(WebhookRejectedError);
});
