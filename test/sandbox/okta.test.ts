import { createPrivateKey, randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ReceivedRequest, startReceiver } from "../support/receiver.ts";
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
  const answer = await sandbox.ask(`https://acme.okta.com${path}`, {
    ...rest,
    headers: { authorization, ...rest.headers },
  });
  const text = await answer.text();
  const [, next] = /<https:\/\/acme\.okta\.com([^>]+)>; rel="next"/.exec(answer.headers.get("link") ?? "") ?? [];
  return { status: answer.status, headers: answer.headers, next, body: (text ? JSON.parse(text) : null) as Json };
}

function assertion(claims: object = {}, kid = acme.credentials.keyId!): Promise<string> {
  const { clientId, privateKey } = acme.credentials;
  const iat = Math.floor(Date.now() / 1000);
  const aud = "https://acme.okta.com/oauth2/v1/token";
  const usual = { iss: clientId!, sub: clientId!, aud, iat, exp: iat + 300, jti: randomUUID() };
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg: "RS256", kid })
    .sign(createPrivateKey(privateKey!));
}

async function token(scope: string, jwt = assertion()): Promise<{ status: number; body: Json }> {
  const form = {
    grant_type: "client_credentials",
    scope,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await jwt,
  };
  const body = new URLSearchParams(form);
  const answer = await sandbox.ask("https://acme.okta.com/oauth2/v1/token", { method: "POST", body });
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
    const answer = await sandbox.ask("https://nobody.okta.com/api/v1/org");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
  });
});

describe("the System Log", () => {
  it("appends a late event for whoever polls", async () => {
    const { next } = await api(`/api/v1/logs?limit=1000&since=${encodeURIComponent(new Date().toISOString())}`);
    await acme.change("late-event", { minutesAgo: 20 });
    const { body } = await api(next!);
    expect(body).toHaveLength(1);
    expect(Date.now() - Date.parse(body[0].published)).toBeGreaterThan(19 * 60_000);
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
  it("finds who changed since", async () => {
    const before = new Date().toISOString();
    const { result } = (await acme.change("add-user")) as { result: { id: string } };
    const { body } = await api(`/api/v1/users?search=${encodeURIComponent(`lastUpdated ge "${before}"`)}`);
    expect(body.map(({ id }: Json) => id)).toEqual([result.id]);
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
  it("are sent to only once verified, and again after a 5xx", async () => {
    let failing = 1;
    const received: ReceivedRequest[] = [];
    const { url: uri } = await startReceiver((request) => {
      const verification = request.headers["x-okta-verification-challenge"];
      if (request.method === "GET") return { body: JSON.stringify({ verification }) };
      received.push(request);
      return { status: failing-- > 0 ? 503 : 204 };
    });
    const authScheme = { type: "HEADER", key: "Authorization", value: "secret" };
    const channel = { type: "HTTP", version: "1.0.0", config: { uri, authScheme } };
    const events = { type: "EVENT_TYPE", items: ["user.account.lock"] };
    const body = JSON.stringify({ name: "gateway", events, channel });
    const made = await api("/api/v1/eventHooks", { method: "POST", body });
    expect(made.body).toMatchObject({ verificationStatus: "UNVERIFIED" });
    await acme.emit({ type: "user.account.lock" });
    const verified = await api(`/api/v1/eventHooks/${made.body.id}/lifecycle/verify`, { method: "POST" });
    expect(verified.body).toMatchObject({ verificationStatus: "VERIFIED" });
    const [event] = await acme.emit({ type: "user.account.lock" });
    await expect.poll(() => received.length).toBe(2);
    for (const delivery of received)
      expect((JSON.parse(delivery.body.toString()) as Json).data.events[0].uuid).toBe(event?.id);
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
