import { createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ReceivedRequest, startReceiver } from "../support/receiver.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers of a provider are looked into as they come
type Json = any;

const callback = "https://gateway.example/callback";
const graph = "https://graph.workplace.com";
const scim = "https://scim.workplace.com/Users";

let sandbox: Sandbox;
let acme: SandboxTenant;

beforeAll(async () => {
  sandbox = await startSandbox();
  acme = await sandbox.createTenant({ provider: "workplace", name: "acme", users: 230, groups: 30 });
});
afterAll(() => sandbox?.stop());

function api(url: string, init: RequestInit = {}, token = acme.credentials.accessToken): Promise<Response> {
  return sandbox.ask(url, { ...init, headers: { authorization: `Bearer ${token}` } });
}

async function json(answer: Promise<Response>, status = 200): Promise<Json> {
  const found = await answer;
  expect([found.url, found.status]).toEqual([found.url, status]);
  return found.json();
}

/** Calls with the app's own token. */
function subscriptions(method = "GET", form?: Record<string, string>): Promise<Response> {
  const { appId, appSecret } = acme.credentials;
  const body = form && { body: new URLSearchParams(form) };
  return api(`https://graph.facebook.com/${appId}/subscriptions`, { method, ...body }, `${appId}|${appSecret}`);
}

function proof(token: string, age = 0, secret = acme.credentials.appSecret as string): string {
  const time = Math.floor(Date.now() / 1000) - age;
  const hash = createHmac("sha256", secret).update(`${token}|${time}`).digest("hex");
  return `appsecret_proof=${hash}&appsecret_time=${time}`;
}

it("names the community", async () => {
  const { communityId } = acme.credentials;
  const community = await json(api(`${graph}/community?fields=id,name,privacy`));
  expect(community).toEqual({ id: communityId, name: "Acme", privacy: "CLOSED" });
});

it("knows the owner of a group as its administrator, and refuses a field it does not have", async () => {
  const { data } = await json(api(`${graph}/community/groups?fields=id,owner{id}&limit=7`));
  const [{ id, owner }] = data;
  expect((await json(api(`${graph}/${id}/admins?fields=id`))).data).toEqual([{ id: owner.id }]);
  const people = (await json(api(`${graph}/${id}/members?fields=id,active&limit=1000`))).data;
  expect(people.map((person: Json) => person.id)).toContain(owner.id);
  expect((await json(api(`${graph}/community/groups?fields=colour`), 400)).error.code).toBe(100);
});

it("adds the app to all groups of a chosen organisation, for a code that works once", async () => {
  const { appId, appSecret, communityId } = acme.credentials as Record<string, string>;
  const query = new URLSearchParams({ app_id: appId!, redirect_uri: callback, state: "s1" });
  const dialog = `https://work.workplace.com/dialog/work_app_install?${query}`;
  expect(await (await sandbox.ask(dialog)).text()).toMatch(
    new RegExp(`<option value="${communityId}">acme</option>[\\s\\S]*All groups[\\s\\S]*id="allow"[\\s\\S]*id="deny"`),
  );
  const newCode = async () => {
    const body = new URLSearchParams({ community: communityId!, groups: "all", decision: "allow" });
    const answer = await sandbox.ask(dialog, { method: "POST", body });
    return new URL(answer.headers.get("location") as string).searchParams.get("code") as string;
  };
  const exchange = (code: string, changed: Record<string, string> = {}) => {
    const form = { client_id: appId!, client_secret: appSecret!, redirect_uri: callback, code, ...changed };
    return sandbox.ask(`https://graph.facebook.com/oauth/access_token?${new URLSearchParams(form)}`);
  };
  const code = await newCode();
  expect((await json(exchange(code, { client_secret: "wrong" }), 400)).error.code).toBe(1);
  expect((await json(exchange(code))).token_type).toBe("bearer");
  expect((await json(exchange(code), 400)).error).toMatchObject({ code: 100, type: "OAuthException" });
  const elsewhere = exchange(await newCode(), { redirect_uri: `${callback}/x` });
  expect((await json(elsewhere, 400)).error.error_subcode).toBe(36008);

  // A third-party app proves each call with the app's secret.
  const { access_token: token } = await json(exchange(await newCode()));
  const url = `${graph}/community`;
  expect((await json(api(`${url}?${proof(token)}`, {}, token))).id).toBe(communityId);
  for (const [query, message] of [
    ["", /require an appsecret_proof/],
    [proof(token, 301), /Invalid appsecret_proof/],
    [proof(token, 0, "x"), /Invalid appsecret_proof/],
  ] as const)
    expect((await json(api(`${url}?${query}`, {}, token), 400)).error.message).toMatch(message);
  expect((await json(api(`${scim}?count=1`, {}, token))).totalResults).toBe(230);
});

it("offers every organisation that shares the app", async () => {
  const other = await sandbox.createTenant({ provider: "workplace", name: "globex", users: 5 });
  await other.change("use-app-of", { tenant: "acme" });
  const query = new URLSearchParams({ app_id: acme.credentials.appId as string, redirect_uri: callback });
  const page = await (await sandbox.ask(`https://work.workplace.com/dialog/work_app_install?${query}`)).text();
  expect(page.match(/<option/g)).toHaveLength(2);
  await other.remove();
});

it("needs a User-Agent", async () => {
  const headers = { authorization: `Bearer ${acme.credentials.accessToken}` };
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sent = httpRequest(`${sandbox.url}/scim.workplace.com/Users`, { headers }, (answer) =>
      resolve(answer.resume().statusCode),
    );
    sent.on("error", reject).end();
  });
  expect(status).toBe(400);
});

it("subscribes a callback that answers the challenge, and delivers what happens in one request, repeated after a 5xx", async () => {
  let refusals = 1;
  const received: ReceivedRequest[] = [];
  const { url } = await startReceiver((request) => {
    const { "hub.verify_token": token, "hub.challenge": challenge = "" } = request.query;
    if (request.method === "GET") return { body: token === "right token" ? challenge : "" };
    if (refusals-- > 0) return { status: 503 };
    received.push(request);
    return {};
  });
  const fields = "sessions,passwords,two_factor,admin_activity";
  const form = { object: "workplace_security", callback_url: url, fields };
  const wrong = subscriptions("POST", { ...form, verify_token: "wrong token" });
  expect((await json(wrong, 400)).error.code).toBe(2200);
  expect(await json(subscriptions("POST", { ...form, verify_token: "right token" }))).toEqual({ success: true });
  const { data } = await json(subscriptions());
  expect(data[0]).toMatchObject({ object: "workplace_security", callback_url: url, active: true });
  const { appId, communityId } = acme.credentials;
  expect((await json(api(`https://graph.facebook.com/${appId}/subscriptions`), 401)).error.code).toBe(190);

  const events = await acme.emit({ count: 40 });
  await expect.poll(() => received.length, { timeout: 3000 }).toBe(1);
  const { object, entry } = JSON.parse(received[0]!.body.toString());
  expect([object, entry[0].id]).toEqual(["workplace_security", communityId]);
  const keys = entry[0].changes.map(({ field, value }: Json) =>
    [field, value.event, Date.parse(value.timestamp) / 1000, value.actor_id, value.target_id, value.ip].join("|"),
  );
  expect(keys).toEqual(events.map((event) => event.id));
  expect(new Set(keys).size).toBe(40);
});

it("suspends, signs out and brings back people, and writes it into the security log", async () => {
  const [, , , , , id] = (await acme.userIds()).ids as string[];
  await acme.change("unsuspend-user", { user: id });
  const post = (path: string) => api(`${graph}/${id}${path}`, { method: "POST" });
  expect(await json(post("?active=false"))).toEqual({ success: true });
  expect((await json(api(`${scim}/${id}`))).active).toBe(false);
  expect(await json(post("/logout"))).toEqual({ success: true });
  expect(await json(post("?active=true"))).toEqual({ success: true });
  const { events, total } = await acme.events();
  expect(events.slice(total - 3).map((event) => event.type)).toEqual([
    "ACCOUNT_DEACTIVATED",
    "FORCED_LOGOUT",
    "ACCOUNT_ACTIVATED",
  ]);
  expect((await json(api(`${graph}/1?active=false`, { method: "POST" }), 404)).error.code).toBe(803);
  await acme.change("read-only");
  expect((await json(post("?active=true"), 403)).error.code).toBe(200);
  await acme.change("read-only", { on: false });
});

it("serves the end of 100,000 people as fast as the beginning", async () => {
  const { credentials } = await sandbox.createTenant({ provider: "workplace", name: "big", users: 100_000 });
  const started = performance.now();
  const page = await json(api(`${scim}?startIndex=99901&count=100`, {}, credentials.accessToken));
  expect([page.totalResults, page.Resources.length]).toEqual([100_000, 100]);
  expect(performance.now() - started).toBeLessThan(300);
});
