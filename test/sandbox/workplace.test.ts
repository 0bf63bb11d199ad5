import { createHmac } from "node:crypto";
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers of a provider are looked into as they come
type Json = any;

const callback = "https://gateway.example/callback";
const graph = "https://graph.workplace.com";
const scim = "https://scim.workplace.com/Users";

let sandbox: Sandbox;
let acme: SandboxTenant;
let receiver: Server;
let hookUrl: string;
let refusals = 0;
const received: { headers: IncomingHttpHeaders; body: string }[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  acme = await sandbox.createTenant({ provider: "workplace", name: "acme", users: 230, groups: 30 });
  receiver = createServer(async (incoming, outgoing) => {
    const query = new URL(incoming.url ?? "/", "http://localhost").searchParams;
    const isKnown = query.get("hub.verify_token") === "right token";
    if (incoming.method === "GET") return void outgoing.writeHead(200).end(isKnown ? query.get("hub.challenge") : "");
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (refusals-- > 0) return void outgoing.writeHead(503).end();
    received.push({ headers: incoming.headers, body: Buffer.concat(chunks).toString() });
    outgoing.end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  hookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  receiver?.close();
  await sandbox?.stop();
});

function ask(url: string, init?: RequestInit): Promise<Response> {
  return fetch(url.replace("https://", `${sandbox.url}/`), { redirect: "manual", ...init });
}

function api(url: string, init: RequestInit = {}, token = acme.credentials.accessToken): Promise<Response> {
  return ask(url, { ...init, headers: { authorization: `Bearer ${token}` } });
}

async function json(answer: Promise<Response>, status = 200): Promise<Json> {
  const found = await answer;
  expect([found.url, found.status]).toEqual([found.url, status]);
  return found.json();
}

/** Follows `paging.next`, as it stands, to the end. */
async function everything(url: string): Promise<Json[]> {
  const found: Json[] = [];
  for (let next: string | undefined = url; next; ) {
    const page: Json = await json(api(next));
    found.push(...page.data);
    next = page.paging?.next;
  }
  return found;
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

it("names the community, and lists every person once by SCIM", async () => {
  const { communityId } = acme.credentials;
  const community = await json(api(`${graph}/community?fields=id,name,privacy`));
  expect(community).toEqual({ id: communityId, name: "Acme", privacy: "CLOSED" });
  const ids: string[] = [];
  for (let start = 1, total = 1; start <= total; start += 100) {
    const page = await json(api(`${scim}?startIndex=${start}&count=100`));
    expect(page).toMatchObject({ startIndex: start, itemsPerPage: page.Resources.length });
    ids.push(...page.Resources.map((user: Json) => user.id));
    total = page.totalResults;
  }
  expect(ids).toEqual((await acme.userIds()).ids);
});

it("lists groups, the people in them and administrators by Graph, following its links", async () => {
  const groups = await everything(`${graph}/community/groups?fields=id,name,privacy,owner{id}&limit=7`);
  expect(new Set(groups.map((group) => group.id)).size).toBe(30);
  const people = await everything(`${graph}/${groups[3].id}/members?fields=id,active`);
  expect(new Set(people.map((person) => person.id)).size).toBe(people.length);
  const admins = await everything(`${graph}/${groups[3].id}/admins?fields=id`);
  expect(admins).toEqual([{ id: groups[3].owner.id }]);
  expect(people.map((person) => person.id)).toContain(groups[3].owner.id);
  expect(await everything(`${graph}/community/admins?fields=id,email`)).toHaveLength(3);
  expect((await json(api(`${graph}/community/groups?fields=colour`), 400)).error.code).toBe(100);
});

it("adds the app to all groups of a chosen organisation, for a code that works once", async () => {
  const { appId, appSecret, communityId } = acme.credentials as Record<string, string>;
  const asked = { app_id: appId!, redirect_uri: callback, state: "s1" };
  const dialog = `https://work.workplace.com/dialog/work_app_install?${new URLSearchParams(asked)}`;
  expect(await (await ask(dialog)).text()).toMatch(
    new RegExp(`<option value="${communityId}">acme</option>[\\s\\S]*All groups[\\s\\S]*id="allow"[\\s\\S]*id="deny"`),
  );
  const click = async (decision: string) => {
    const body = new URLSearchParams({ community: communityId!, groups: "all", decision });
    const answer = await ask(dialog, { method: "POST", body });
    expect(answer.status).toBe(302);
    return new URL(answer.headers.get("location") as string).searchParams;
  };
  expect(Object.fromEntries(await click("deny"))).toMatchObject({ error: "access_denied", state: "s1" });
  const code = (await click("allow")).get("code") as string;
  const exchange = (changed: Record<string, string> = {}) => {
    const query = { client_id: appId!, client_secret: appSecret!, redirect_uri: callback, code, ...changed };
    return ask(`https://graph.facebook.com/oauth/access_token?${new URLSearchParams(query)}`);
  };
  expect((await json(exchange({ client_secret: "wrong" }), 400)).error.code).toBe(1);
  expect((await json(exchange())).token_type).toBe("bearer");
  expect((await json(exchange(), 400)).error).toMatchObject({ code: 100, type: "OAuthException" });
  const other = (await click("allow")).get("code") as string;
  expect((await json(exchange({ code: other, redirect_uri: `${callback}/x` }), 400)).error.error_subcode).toBe(36008);

  // A third-party app proves each call with the app's secret.
  const { access_token: token } = await json(exchange({ code: other }));
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
  const page = await (await ask(`https://work.workplace.com/dialog/work_app_install?${query}`)).text();
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

it("subscribes a callback that answers the challenge, and delivers what happens in one signed request", async () => {
  const form = {
    object: "workplace_security",
    callback_url: hookUrl,
    fields: "sessions,passwords,two_factor,admin_activity",
  };
  const wrong = subscriptions("POST", { ...form, verify_token: "wrong token" });
  expect((await json(wrong, 400)).error.code).toBe(2200);
  expect(await json(subscriptions("POST", { ...form, verify_token: "right token" }))).toEqual({ success: true });
  const { data } = await json(subscriptions());
  expect(data[0]).toMatchObject({ object: "workplace_security", callback_url: hookUrl, active: true });
  const { appId, appSecret, communityId } = acme.credentials;
  expect((await json(api(`https://graph.facebook.com/${appId}/subscriptions`), 401)).error.code).toBe(190);

  refusals = 1;
  const events = await acme.emit({ count: 40 });
  await expect.poll(() => received.length, { timeout: 3000 }).toBe(1);
  const [{ headers, body }] = received as [(typeof received)[number]];
  const signature = createHmac("sha256", appSecret as string)
    .update(body)
    .digest("hex");
  expect(headers["x-hub-signature-256"]).toBe(`sha256=${signature}`);
  const { object, entry } = JSON.parse(body);
  expect([object, entry[0].id]).toEqual(["workplace_security", communityId]);
  const keys = entry[0].changes.map(({ field, value }: Json) =>
    [field, value.event, Date.parse(value.timestamp) / 1000, value.actor_id, value.target_id, value.ip].join("|"),
  );
  expect(keys).toEqual(events.map((event) => event.id));
  expect(new Set(keys).size).toBe(40);
  expect((await acme.deliveries()).at(-1)?.attempts.map((attempt) => attempt.status)).toEqual([503, 200]);
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

it("moves deleted people to the former members", async () => {
  const id = (await acme.userIds(50, 1)).ids[0];
  await acme.change("delete-user", { user: id });
  expect((await everything(`${graph}/community/former_members`)).map((one) => one.id)).toEqual([id]);
  expect((await json(api(scim))).totalResults).toBe(229);
  expect((await json(api(`${scim}/${id}`), 404)).status).toBe("404");
});

it("answers in its own words what is missing, withdrawn or too much", async () => {
  const former = `${graph}/community/former_members`;
  const withFault = async (faults: Json, url: string, status: number) => {
    await acme.setFaults(faults);
    const answer = await api(url);
    await acme.setFaults({});
    expect([faults, answer.status]).toEqual([faults, status]);
    return { ...((await answer.json()) as Json), usage: answer.headers.get("x-app-usage") };
  };
  const missing = await withFault({ missingScopes: ["Manage work profiles"] }, former, 403);
  expect(missing.error.code).toBe(10);
  const limited = await withFault({ rateLimited: { remaining: 1, retryAfterSeconds: 60 } }, former, 403);
  expect([limited.error.code, JSON.parse(limited.usage).call_count]).toEqual([4, 100]);
  const down = await withFault({ serverErrors: { remaining: 1 } }, former, 503);
  expect(down.error).toMatchObject({ code: 2, is_transient: true });
  const ended = await withFault({ unauthorized: true }, former, 401);
  expect(ended.error).toMatchObject({ code: 190, error_subcode: 460 });
  const [schema] = (await withFault({ unauthorized: true }, scim, 401)).schemas;
  expect(schema).toBe("urn:ietf:params:scim:api:messages:2.0:Error");
  expect((await withFault({ revoked: true }, former, 401)).error.error_subcode).toBe(458);
  const changed = await withFault({ changedShape: "users" }, `${scim}?count=1`, 200);
  expect(changed.Resources[0]).not.toHaveProperty("id");
  expect((await json(api(former, {}, "nonsense"), 400)).error.code).toBe(190);
  await acme.change("reset-access-token");
  expect((await json(api(former), 401)).error.error_subcode).toBe(460);
});

it("serves the end of 100,000 people as fast as the beginning", async () => {
  const { credentials } = await sandbox.createTenant({ provider: "workplace", name: "big", users: 100_000 });
  const started = performance.now();
  const page = await json(api(`${scim}?startIndex=99901&count=100`, {}, credentials.accessToken));
  expect([page.totalResults, page.Resources.length]).toEqual([100_000, 100]);
  expect(performance.now() - started).toBeLessThan(300);
});
