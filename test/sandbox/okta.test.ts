import { createPrivateKey, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers of a provider are looked into as they come
type Json = any;

let sandbox: Sandbox;
let acme: SandboxTenant;
let ssws: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  acme = await sandbox.createTenant({ provider: "okta", name: "acme", users: 420, groups: 6, events: 3500 });
  ssws = `SSWS ${acme.credentials.apiToken}`;
});

afterAll(() => sandbox?.stop());

async function api(path: string, init: RequestInit & { authorization?: string } = {}) {
  const { authorization = ssws, ...rest } = init;
  const answer = await fetch(`${sandbox.url}/acme.okta.com${path}`, {
    ...rest,
    headers: { authorization, ...rest.headers },
  });
  const text = await answer.text();
  const [, next] = /<https:\/\/acme\.okta\.com([^>]+)>; rel="next"/.exec(answer.headers.get("link") ?? "") ?? [];
  return { status: answer.status, headers: answer.headers, next, body: (text ? JSON.parse(text) : null) as Json };
}

/** All pages up to the first empty one, and where to go on. */
async function all(path: string): Promise<{ records: Json[]; next: string | undefined }> {
  const records: Json[] = [];
  let next: string | undefined = path;
  for (;;) {
    const page: Awaited<ReturnType<typeof api>> = await api(next);
    expect(page.status).toBe(200);
    records.push(...page.body);
    next = page.next;
    if (!next || page.body.length === 0) return { records, next };
  }
}

function assertion(claims: object = {}, kid = acme.credentials.keyId): string {
  const { clientId, privateKey } = acme.credentials;
  const iat = Math.floor(Date.now() / 1000);
  const aud = "https://acme.okta.com/oauth2/v1/token";
  const usual = { iss: clientId, sub: clientId, aud, iat, exp: iat + 300, jti: randomUUID() };
  const parts = [
    { alg: "RS256", kid },
    { ...usual, ...claims },
  ];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${text}.${sign("sha256", Buffer.from(text), createPrivateKey(privateKey!)).toString("base64url")}`;
}

async function token(scope: string, jwt = assertion()): Promise<{ status: number; body: Json }> {
  const form = {
    grant_type: "client_credentials",
    scope,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: jwt,
  };
  const answer = await fetch(`${sandbox.url}/acme.okta.com/oauth2/v1/token`, {
    method: "POST",
    body: new URLSearchParams(form),
  });
  return { status: answer.status, body: await answer.json() };
}

const daysAgo = (days: number): string => encodeURIComponent(new Date(Date.now() - days * 86_400_000).toISOString());

describe("signing in", () => {
  it("gives a token for a signed assertion, good for its scopes only", async () => {
    const { status, body } = await token("okta.users.read okta.orgs.read");
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "okta.users.read okta.orgs.read" });
    const authorization = `Bearer ${body.access_token}`;
    expect(await api("/api/v1/org", { authorization })).toMatchObject({
      status: 200,
      body: { subdomain: "acme", status: "ACTIVE" },
    });
    const refused = await api("/api/v1/groups", { authorization });
    expect(refused).toMatchObject({ status: 403, body: { errorCode: "E0000006" } });
    expect(refused.headers.get("www-authenticate")).toContain("insufficient_scope");
  });

  it("refuses a foreign audience, a stale assertion, an unknown key and a scope that was not granted", async () => {
    for (const jwt of [assertion({ aud: "https://other.okta.com" }), assertion({ exp: 1 }), assertion({}, "other")])
      expect(await token("okta.users.read", jwt)).toMatchObject({ status: 401, body: { error: "invalid_client" } });
    expect(await token("okta.clients.manage")).toMatchObject({ status: 400, body: { error: "invalid_scope" } });
    const wrong = await api("/api/v1/org", { authorization: "SSWS 00wrong" });
    expect(wrong).toMatchObject({ status: 401, body: { errorCode: "E0000011" } });
  });

  it("answers a web page for an org that is not there", async () => {
    const answer = await fetch(`${sandbox.url}/nobody.okta.com/api/v1/org`);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
  });
});

describe("the System Log", () => {
  it("gives every event exactly once, and goes on from where it ended", async () => {
    const { records, next } = await all(`/api/v1/logs?limit=1000&sortOrder=ASCENDING&since=${daysAgo(8)}`);
    const { events } = await acme.events(0, 10_000);
    expect(records.map(({ uuid }) => uuid)).toEqual(events.map(({ id }) => id));
    expect(next).toContain("after=");
    const emitted = await acme.emit({ count: 3 });
    const more = await all(next!);
    expect(more.records.map(({ uuid }) => uuid)).toEqual(emitted.map(({ id }) => id));
  });

  it("appends a late event for whoever polls", async () => {
    const { next } = await all(`/api/v1/logs?limit=1000&since=${encodeURIComponent(new Date().toISOString())}`);
    await acme.change("late-event", { minutesAgo: 20 });
    const { body } = await api(next!);
    expect(body).toHaveLength(1);
    expect(Date.now() - Date.parse(body[0].published)).toBeGreaterThan(19 * 60_000);
  });

  it("ends when a window has an end", async () => {
    const { events } = await acme.events(0, 10_000);
    const [low, high] = [events[100]!.at, events[1300]!.at];
    const window = `since=${new Date(low).toISOString()}&until=${new Date(high).toISOString()}`;
    const { records, next } = await all(`/api/v1/logs?limit=500&${window}`);
    expect(next).toBeUndefined();
    expect(records.map(({ uuid }) => uuid)).toEqual(
      events.filter(({ at }) => at > low && at <= high).map(({ id }) => id),
    );
  });

  it("filters by type and outcome, and refuses what it cannot read", async () => {
    await acme.emit({ type: "user.session.start", outcome: "failure", ip: "95.24.1.2" });
    const { body } = await api(
      `/api/v1/logs?filter=${encodeURIComponent('eventType eq "user.session.start" and outcome.result eq "FAILURE"')}&sortOrder=DESCENDING&limit=1`,
    );
    expect(body[0]).toMatchObject({
      eventType: "user.session.start",
      client: { ipAddress: "95.24.1.2", geographicalContext: { country: "Russia" } },
    });
    expect(await api(`/api/v1/logs?since=${daysAgo(200)}`)).toMatchObject({ status: 400 });
    expect(await api("/api/v1/logs?filter=eventType")).toMatchObject({ status: 400, body: { errorCode: "E0000053" } });
    expect(await api("/api/v1/logs?limit=1001")).toMatchObject({ status: 400, body: { errorCode: "E0000001" } });
  });
});

describe("people", () => {
  it("lists everybody, the deprovisioned only when asked", async () => {
    const present = (await all("/api/v1/users?limit=200")).records;
    const gone = (await all(`/api/v1/users?limit=200&filter=${encodeURIComponent('status eq "DEPROVISIONED"')}`))
      .records;
    expect(gone.length).toBeGreaterThan(0);
    expect(present.some(({ status }) => status === "DEPROVISIONED")).toBe(false);
    expect([...present, ...gone].map(({ id }) => id).sort()).toEqual((await acme.userIds(0, 1000)).ids.sort());
  });

  it("finds who changed since", async () => {
    const before = new Date().toISOString();
    const { result } = (await acme.change("add-user")) as { result: { id: string } };
    const { body } = await api(`/api/v1/users?search=${encodeURIComponent(`lastUpdated ge "${before}"`)}`);
    expect(body.map(({ id }: Json) => id)).toEqual([result.id]);
  });

  it("tells administrators and their roles", async () => {
    const { body } = await api("/api/v1/iam/assignees/users?limit=4");
    expect(body.value).toHaveLength(4);
    const next = await api(body._links.next.href.replace("https://acme.okta.com", ""));
    const roles = await Promise.all(
      [...body.value, ...next.body.value].map(({ id }: Json) => api(`/api/v1/users/${id}/roles`)),
    );
    expect(roles.filter(({ body }) => body[0].type === "SUPER_ADMIN")).toHaveLength(3);
  });

  it("suspends only the active, and writes it down", async () => {
    const { ids } = await acme.userIds(10, 1);
    const call = (verb: string) => api(`/api/v1/users/${ids[0]}/lifecycle/${verb}`, { method: "POST" });
    expect(await call("suspend")).toMatchObject({ status: 200, body: {} });
    expect(await call("suspend")).toMatchObject({ status: 400, body: { errorCode: "E0000001" } });
    expect(await api(`/api/v1/users/${ids[0]}`)).toMatchObject({ body: { status: "SUSPENDED" } });
    const { body } = await api(`/api/v1/logs?sortOrder=DESCENDING&limit=1`);
    expect(body[0]).toMatchObject({ eventType: "user.lifecycle.suspend", target: [{ id: ids[0], type: "User" }] });
    expect(await call("unsuspend")).toMatchObject({ status: 200 });
  });
});

describe("settings", () => {
  it("have the shape Okta describes: app sign-in policies without conditions, `allowedFor` where it exists", async () => {
    const conditions = async (type: string) => {
      const { body } = await api(`/api/v1/policies?type=${type}`);
      expect(body.length).toBeGreaterThan(0);
      return new Set(body.map((policy: Json) => policy.conditions === null));
    };
    expect(await conditions("ACCESS_POLICY")).toEqual(new Set([true]));
    expect(await conditions("OKTA_SIGN_ON")).toEqual(new Set([false]));
    const { body: authenticators } = await api("/api/v1/authenticators");
    expect(authenticators.filter((one: Json) => one.settings?.allowedFor).map(({ key }: Json) => key)).toEqual([
      "okta_email",
      "phone_number",
      "security_question",
    ]);
    const { body: org } = await api("/api/v1/org");
    expect(Object.keys(org)).not.toContain("settings");
    expect(Object.values(org)).not.toContain(null);
  });
});

describe("event hooks", () => {
  let server: Server;
  let failing = 0;
  const received: { headers: IncomingHttpHeaders; body: Json }[] = [];

  beforeAll(async () => {
    server = createServer((incoming, outgoing) => {
      const challenge = incoming.headers["x-okta-verification-challenge"];
      if (incoming.method === "GET") return void outgoing.end(JSON.stringify({ verification: challenge }));
      let text = "";
      incoming.on("data", (chunk) => (text += chunk));
      incoming.on("end", () => {
        received.push({ headers: incoming.headers, body: JSON.parse(text) });
        outgoing.writeHead(failing-- > 0 ? 503 : 204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  afterAll(() => void server.close());

  it("are told only once verified, with the secret, and again after a 5xx", async () => {
    const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    const authScheme = { type: "HEADER", key: "Authorization", value: "secret" };
    const channel = { type: "HTTP", version: "1.0.0", config: { uri, authScheme } };
    const events = { type: "EVENT_TYPE", items: ["user.account.lock"] };
    const body = JSON.stringify({ name: "gateway", events, channel });
    const made = await api("/api/v1/eventHooks", { method: "POST", body });
    expect(made.body).toMatchObject({ verificationStatus: "UNVERIFIED" });
    await acme.emit({ type: "user.account.lock" });
    const verified = await api(`/api/v1/eventHooks/${made.body.id}/lifecycle/verify`, { method: "POST" });
    expect(verified.body).toMatchObject({ verificationStatus: "VERIFIED" });
    failing = 1;
    const [event] = await acme.emit({ type: "user.account.lock" });
    await expect.poll(() => received.length).toBe(2);
    for (const delivery of received) {
      expect(delivery.headers.authorization).toBe("secret");
      expect(delivery.body.data.events[0].uuid).toBe(event?.id);
    }
    const attempts = async () => (await acme.deliveries()).at(-1)?.attempts.map(({ status }) => status);
    await expect.poll(attempts).toEqual([503, 204]);
  });

  it("are not for every type", async () => {
    const body = JSON.stringify({
      name: "zones",
      events: { items: ["zone.create"] },
      channel: { config: { uri: "https://gateway.example" } },
    });
    expect(await api("/api/v1/eventHooks", { method: "POST", body })).toMatchObject({ status: 400 });
  });
});

describe("trouble", () => {
  const path = "/api/v1/users?limit=1";
  it.each([
    [{ unauthorized: true }, 401, "E0000011"],
    [{ missingScopes: ["okta.users.read"] }, 403, "E0000006"],
    [{ rateLimited: { remaining: 1, retryAfterSeconds: 9 } }, 429, "E0000047"],
    [{ serverErrors: { remaining: 1, status: 500 } }, 500, "E0000009"],
  ])("%j is answered in Okta's words", async (faults, status, errorCode) => {
    await acme.setFaults(faults);
    const answer = await api(path);
    await acme.setFaults({});
    expect(answer).toMatchObject({ status, body: { errorCode } });
    if (status === 429) expect(Number(answer.headers.get("x-rate-limit-reset")) - Date.now() / 1000).toBeGreaterThan(7);
    expect(await api(path)).toMatchObject({ status: 200 });
  });

  it("reaches the token endpoint and the shape of records", async () => {
    await acme.setFaults({ revoked: true });
    expect(await token("okta.users.read")).toMatchObject({ status: 401, body: { error: "invalid_client" } });
    await acme.setFaults({ missingScopes: ["okta.users.read"] });
    expect(await token("okta.users.read")).toMatchObject({ status: 400, body: { error: "invalid_scope" } });
    await acme.setFaults({ changedShape: "activities" });
    expect((await api("/api/v1/logs?limit=1")).body[0]).not.toHaveProperty("uuid");
    await acme.setFaults({});
  });
});

describe("the tenant", () => {
  it("is the same after a restart, down to its tokens", async () => {
    const options = { provider: "okta", name: "again", createdAt: Date.now(), events: 20 };
    const first = await sandbox.createTenant(options);
    const before = await first.events();
    await first.remove();
    const second = await sandbox.createTenant(options);
    expect(await second.events()).toEqual(before);
    expect(second.credentials).toEqual(first.credentials);
  });

  it("keeps producing events when told to, and stops", async () => {
    const before = (await acme.events(0, 1)).total;
    await acme.setLive(200);
    await expect.poll(async () => (await acme.events(0, 1)).total).toBeGreaterThan(before + 20);
    await acme.setLive(0);
    const { total } = await acme.events(0, 1);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect((await acme.events(0, 1)).total).toBe(total);
  });
});
