import { createHmac } from "node:crypto";
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers of a provider are looked into as they come
type Json = any;

const callback = "https://gateway.example/callback";
const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

let sandbox: Sandbox;
let acme: SandboxTenant;
let receiver: {
  server: Server;
  url: string;
  received: { headers: IncomingHttpHeaders; body: string }[];
  refuse: number;
};

beforeAll(async () => {
  sandbox = await startSandbox();
  const options = {
    provider: "workplace",
    name: "acme",
    users: 230,
    groups: 30,
    createdAt: Date.parse("2026-03-10T12:00:00Z"),
  };
  acme = await sandbox.createTenant(options);
  receiver = await receive("right token");
});

afterAll(async () => {
  receiver?.server.close();
  await sandbox?.stop();
});

/** A webhook receiver as a subscriber would write it. */
async function receive(verifyToken: string): Promise<typeof receiver> {
  const made = { received: [] as { headers: IncomingHttpHeaders; body: string }[], refuse: 0 };
  const server = createServer((incoming, outgoing) => {
    const query = new URL(incoming.url ?? "/", "http://localhost").searchParams;
    if (incoming.method === "GET") {
      const right = query.get("hub.mode") === "subscribe" && query.get("hub.verify_token") === verifyToken;
      outgoing.writeHead(right ? 200 : 403).end(right ? query.get("hub.challenge") : "");
      return;
    }
    let body = "";
    incoming.on("data", (chunk) => (body += chunk));
    incoming.on("end", () => {
      if (running.refuse > 0) {
        running.refuse -= 1;
        outgoing.writeHead(503).end();
        return;
      }
      running.received.push({ headers: incoming.headers, body });
      outgoing.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const running = Object.assign(made, {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
  });
  return running;
}

function ask(url: string, init?: RequestInit): Promise<Response> {
  return fetch(url.replace("https://", `${sandbox.url}/`), { redirect: "manual", ...init });
}

function api(url: string, init: RequestInit = {}, token = acme.credentials.accessToken): Promise<Response> {
  return ask(url, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });
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
    expect(next).toMatch(/^https:\/\/graph\./);
    const page: Json = await json(api(next));
    found.push(...page.data);
    next = page.paging?.next;
  }
  return found;
}

function appToken(): string {
  return `${acme.credentials.appId}|${acme.credentials.appSecret}`;
}

function subscribe(verifyToken: string): Promise<Response> {
  return ask(`https://graph.facebook.com/${acme.credentials.appId}/subscriptions`, {
    method: "POST",
    body: new URLSearchParams({
      object: "workplace_security",
      callback_url: receiver.url,
      verify_token: verifyToken,
      fields: "sessions,passwords,two_factor,admin_activity",
      access_token: appToken(),
    }),
  });
}

async function delivered(count: number): Promise<{ headers: IncomingHttpHeaders; body: string }[]> {
  for (let waited = 0; receiver.received.length < count && waited < 3000; waited += 20) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return receiver.received.splice(0);
}

function proof(
  token: string,
  time = Math.floor(Date.now() / 1000),
  secret = acme.credentials.appSecret as string,
): string {
  const hash = createHmac("sha256", secret).update(`${token}|${time}`).digest("hex");
  return `appsecret_proof=${hash}&appsecret_time=${time}`;
}

async function withFaults(faults: Json, run: () => Promise<void>): Promise<void> {
  await acme.setFaults(faults);
  try {
    await run();
  } finally {
    await acme.setFaults({});
  }
}

describe("the Workplace sandbox", () => {
  it("names the community", async () => {
    const community = await json(api("https://graph.workplace.com/community?fields=id,name,privacy"));
    expect(community).toEqual({ id: acme.credentials.communityId, name: "Acme", privacy: "CLOSED" });
  });

  it("lists every person once by SCIM, counting from one", async () => {
    const ids: string[] = [];
    for (let start = 1, total = 1; start <= total; start += 100) {
      const page = await json(api(`https://scim.workplace.com/Users?startIndex=${start}&count=100`));
      expect(page).toMatchObject({ startIndex: start, itemsPerPage: page.Resources.length });
      ids.push(...page.Resources.map((user: Json) => user.id));
      total = page.totalResults;
    }
    expect(ids).toEqual((await acme.userIds()).ids);
  });

  it("finds one person by user name, and nobody by another", async () => {
    const all = await json(api("https://scim.workplace.com/Users?startIndex=2&count=1"));
    const [user] = all.Resources;
    const filter = (value: string) =>
      `https://scim.workplace.com/Users?filter=${encodeURIComponent(`userName eq "${value}"`)}`;
    expect((await json(api(filter(user.userName)))).Resources).toEqual([user]);
    expect((await json(api(filter("nobody@acme.example")))).totalResults).toBe(0);
    expect(user[enterprise].employeeNumber).toBe(user.externalId.slice(2));
  });

  it("lists the same people by Graph, following its links", async () => {
    const members = await everything("https://graph.workplace.com/community/members?fields=id,email,active&limit=100");
    expect(members.map((member) => member.id)).toEqual((await acme.userIds()).ids);
    const active = await everything("https://graph.workplace.com/community/organization_members?limit=100");
    const inactive = await everything("https://graph.workplace.com/company/organization_members?inactive=1");
    expect(active.length + inactive.length).toBe(230);
    expect(inactive.length).toBe(members.filter((member) => !member.active).length);
    expect((await everything("https://graph.workplace.com/community/admins?fields=id,email")).length).toBe(3);
  });

  it("lists groups and the people in them", async () => {
    const groups = await everything(
      "https://graph.workplace.com/v18.0/community/groups?fields=id,name,privacy,owner{id}&limit=7",
    );
    expect(new Set(groups.map((group) => group.id)).size).toBe(30);
    const people = await everything(`https://graph.workplace.com/${groups[3].id}/members?fields=id,administrator`);
    expect(new Set(people.map((person) => person.id)).size).toBe(people.length);
    expect(people.filter((person) => person.administrator).map((person) => person.id)).toEqual([groups[3].owner.id]);
    const unknown = await json(api("https://graph.workplace.com/community/groups?fields=colour"), 400);
    expect(unknown.error.code).toBe(100);
  });

  it("adds the app to all groups of a chosen organisation, for a code that works once", async () => {
    const { appId, appSecret, communityId } = acme.credentials as Record<string, string>;
    const dialog = `https://work.workplace.com/dialog/work_app_install?${new URLSearchParams({ app_id: appId!, redirect_uri: callback, state: "s1" })}`;
    const page = await (await ask(dialog)).text();
    expect(page).toMatch(
      new RegExp(
        `<option value="${communityId}">acme</option>[\\s\\S]*All groups[\\s\\S]*id="allow"[\\s\\S]*id="deny"`,
      ),
    );
    const click = async (decision: string) => {
      const form = {
        app_id: appId!,
        redirect_uri: callback,
        state: "s1",
        community: communityId!,
        groups: "all",
        decision,
      };
      const answer = await ask(dialog, { method: "POST", body: new URLSearchParams(form) });
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
    const { access_token: token, token_type } = await json(exchange());
    expect(token_type).toBe("bearer");
    expect((await json(exchange(), 400)).error).toMatchObject({ code: 100, type: "OAuthException" });
    const other = (await click("allow")).get("code") as string;
    expect((await json(exchange({ code: other, redirect_uri: `${callback}/x` }), 400)).error.error_subcode).toBe(36008);

    // A third-party app proves each call with the app's secret.
    const url = "https://graph.workplace.com/community";
    expect((await json(api(url, {}, token), 400)).error.message).toMatch(/require an appsecret_proof/);
    expect((await json(api(`${url}?${proof(token)}`, {}, token))).id).toBe(communityId);
    const old = Math.floor(Date.now() / 1000) - 301;
    expect((await json(api(`${url}?${proof(token, old)}`, {}, token), 400)).error.message).toMatch(
      /Invalid appsecret_proof/,
    );
    expect((await json(api(`${url}?${proof(token, undefined, "x")}`, {}, token), 400)).error.code).toBe(100);
    const scim = "https://scim.workplace.com/Users?count=1";
    expect((await json(api(scim, {}, token))).totalResults).toBe(230);
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
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const url = `${sandbox.url}/scim.workplace.com/Users`;
      const headers = { authorization: `Bearer ${acme.credentials.accessToken}` };
      httpRequest(url, { headers }, (answer) => resolve(answer.resume().statusCode))
        .on("error", reject)
        .end();
    });
    expect(status).toBe(400);
  });

  it("subscribes a callback that answers the challenge, and no other", async () => {
    expect((await json(subscribe("wrong token"), 400)).error.code).toBe(2200);
    expect(await json(subscribe("right token"))).toEqual({ success: true });
    const list = await json(
      ask(
        `https://graph.facebook.com/${acme.credentials.appId}/subscriptions?access_token=${encodeURIComponent(appToken())}`,
      ),
    );
    expect(list.data[0]).toMatchObject({ object: "workplace_security", callback_url: receiver.url, active: true });
    expect(
      (await json(api(`https://graph.facebook.com/${acme.credentials.appId}/subscriptions`), 401)).error.code,
    ).toBe(190);
  });

  it("delivers what happens in one signed request, and again after a failure", async () => {
    receiver.received.splice(0);
    receiver.refuse = 1;
    const events = await acme.emit({ count: 40 });
    const [delivery, ...more] = await delivered(1);
    expect(more).toEqual([]);
    const { headers, body } = delivery as { headers: IncomingHttpHeaders; body: string };
    const signature = createHmac("sha256", acme.credentials.appSecret as string)
      .update(body)
      .digest("hex");
    expect(headers["x-hub-signature-256"]).toBe(`sha256=${signature}`);
    const { object, entry } = JSON.parse(body);
    expect([object, entry[0].id]).toEqual(["workplace_security", acme.credentials.communityId]);
    const keys = entry[0].changes.map(({ field, value }: Json) =>
      [field, value.event, Date.parse(value.timestamp) / 1000, value.actor_id, value.target_id, value.ip].join("|"),
    );
    expect(keys).toEqual(events.map((event) => event.id));
    expect(new Set(keys).size).toBe(40);
    expect((await acme.deliveries()).at(-1)?.attempts.map((attempt) => attempt.status)).toEqual([503, 200]);
  });

  it("suspends, signs out and brings back people, and says so in the security log", async () => {
    const [, , , , , id] = (await acme.userIds()).ids as string[];
    await acme.change("unsuspend-user", { user: id });
    await delivered(1);
    const user = `https://graph.workplace.com/${id}`;
    const scim = `https://scim.workplace.com/Users/${id}`;
    expect(await json(api(`${user}?active=false`, { method: "POST" }))).toEqual({ success: true });
    expect((await json(api(scim))).active).toBe(false);
    expect(await json(api(`${user}/logout`, { method: "POST" }))).toEqual({ success: true });
    const patch = { Operations: [{ op: "replace", path: "active", value: true }] };
    expect((await json(api(scim, { method: "PATCH", body: JSON.stringify(patch) }))).active).toBe(true);
    expect((await json(api(scim, { method: "PUT", body: JSON.stringify({ active: false }) }))).active).toBe(false);
    const { events, total } = await acme.events();
    expect(events.slice(total - 4).map((event) => event.type)).toEqual([
      "ACCOUNT_DEACTIVATED",
      "FORCED_LOGOUT",
      "ACCOUNT_ACTIVATED",
      "ACCOUNT_DEACTIVATED",
    ]);
    expect((await json(api("https://graph.workplace.com/1?active=false", { method: "POST" }), 404)).error.code).toBe(
      803,
    );
    await acme.change("read-only");
    expect((await json(api(`${user}?active=true`, { method: "POST" }), 403)).error.code).toBe(200);
    await acme.change("read-only", { on: false });
  });

  it("moves deleted people to the former members", async () => {
    const id = (await acme.userIds(50, 1)).ids[0];
    await acme.change("delete-user", { user: id });
    expect((await everything("https://graph.workplace.com/community/former_members")).map((one) => one.id)).toEqual([
      id,
    ]);
    expect((await json(api("https://scim.workplace.com/Users"))).totalResults).toBe(229);
    expect((await json(api(`https://scim.workplace.com/Users/${id}`), 404)).status).toBe("404");
  });

  it("says in its own words what is missing, withdrawn or too much", async () => {
    const members = "https://graph.workplace.com/community/members";
    await withFaults({ missingScopes: ["Manage work profiles"] }, async () => {
      expect((await json(api(members), 403)).error.code).toBe(10);
      expect((await api("https://graph.workplace.com/community/organization_members")).status).toBe(200);
    });
    await withFaults({ rateLimited: { remaining: 1, retryAfterSeconds: 60 } }, async () => {
      const refused = await api(members);
      expect([refused.status, JSON.parse(refused.headers.get("x-app-usage") as string).call_count]).toEqual([403, 100]);
      expect(((await refused.json()) as Json).error.code).toBe(4);
      expect((await api(members)).status).toBe(200);
    });
    await withFaults({ serverErrors: { remaining: 1 } }, async () => {
      expect((await json(api(members), 503)).error).toMatchObject({ code: 2, is_transient: true });
    });
    await withFaults({ unauthorized: true }, async () => {
      expect((await json(api(members), 401)).error).toMatchObject({ code: 190, error_subcode: 460 });
      expect((await json(api("https://scim.workplace.com/Users"), 401)).schemas).toEqual([
        "urn:ietf:params:scim:api:messages:2.0:Error",
      ]);
    });
    await withFaults({ revoked: true }, async () => {
      expect((await json(api(members), 401)).error.error_subcode).toBe(458);
    });
    await withFaults({ changedShape: "users" }, async () => {
      expect((await json(api("https://scim.workplace.com/Users?count=1"))).Resources[0]).not.toHaveProperty("id");
    });
    expect((await json(api(members, {}, "nonsense"), 400)).error.code).toBe(190);
    const before = acme.credentials.accessToken;
    await acme.change("reset-access-token");
    expect((await json(api(members, {}, before), 401)).error.error_subcode).toBe(460);
  });

  it("serves the end of 100,000 people as fast as the beginning", async () => {
    const { credentials } = await sandbox.createTenant({ provider: "workplace", name: "big", users: 100_000 });
    const started = performance.now();
    const page = await json(
      api("https://scim.workplace.com/Users?startIndex=99901&count=100", {}, credentials.accessToken),
    );
    expect([page.totalResults, page.Resources.length]).toEqual([100_000, 100]);
    expect(performance.now() - started).toBeLessThan(300);
  });
});
