import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startReceiver } from "../support/receiver.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at as a client would
type Json = any;

let sandbox: Sandbox;
let acme: SandboxTenant;
let token: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  acme = await sandbox.createTenant({ provider: "webex", name: "acme", users: 12, groups: 2, events: 300, files: 12 });
  const { clientId, clientSecret, refreshToken } = acme.credentials as Record<string, string>;
  const body = new URLSearchParams({
    ...{ grant_type: "refresh_token", client_id: clientId!, client_secret: clientSecret! },
    refresh_token: refreshToken!,
  });
  token = (await (await ask("/access_token", { method: "POST", body })).json()).access_token;
});
afterAll(() => sandbox.stop());

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...init.headers };
  return fetch(`${sandbox.url}/webexapis.com/v1${path}`, { ...init, headers });
}
const read = async (path: string): Promise<Json> => (await ask(path)).json();

test("compliance events come newest first, of the last ninety days, and of no time to come", async () => {
  const { items } = await read("/events?resource=messages&max=1000");
  const times = items.map(({ created }: Json) => created);
  expect(times).toEqual(times.toSorted().toReversed());
  const [old, future] = [Date.now() - 91 * 86_400_000, Date.now() + 60_000].map((at) => new Date(at).toISOString());
  expect((await ask(`/events?from=${old}`)).status).toBe(403);
  expect((await ask(`/events?to=${future}`)).status).toBe(400);
});

test("a message with a file is delivered with a signature, and its file can be asked for its name", async () => {
  const received: { headers: Record<string, string>; body: Buffer }[] = [];
  const { url } = await startReceiver((request) => {
    received.push(request);
    return {};
  });
  const json = { name: "Test", targetUrl: url, resource: "messages", event: "created", ownedBy: "org", secret: "s" };
  await ask("/webhooks", { method: "POST", body: JSON.stringify(json) });
  await acme.emit({ type: "messages.created" });
  await expect.poll(() => received.length).toBe(1);
  const { headers, body } = received[0]!;
  expect(headers["x-spark-signature"]).toBe(createHmac("sha1", "s").update(body).digest("hex"));
  const { data } = JSON.parse(body.toString()) as Json;
  expect(data.text).toBeUndefined();
  const content = await ask(new URL(data.files[0]).pathname.replace("/v1", ""), { method: "HEAD" });
  expect(content.headers.get("content-disposition")).toMatch(/^attachment; filename=".+"$/);
});
