import { createHash, createHmac, createPrivateKey, sign } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers of a provider are looked into as they come
type Json = any;

const callback = "https://gateway.example/oauth/callback";
const scope = "admin:org read:audit_log";

let sandbox: Sandbox;
let acme: SandboxTenant;

beforeAll(async () => {
  sandbox = await startSandbox();
  acme = await sandbox.createTenant({ provider: "github", name: "acme", users: 230, events: 2500 });
});

afterAll(() => sandbox?.stop());

/** Asks the address a client would ask, of the sandbox; redirects are not followed. */
function ask(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url.replace("https://", `${sandbox.url}/`), { redirect: "manual", ...init });
}

async function api(path: string, init: RequestInit & { token?: string } = {}) {
  const { token = acme.credentials.personalAccessToken, ...rest } = init;
  const answer = await ask(`https://api.github.com${path}`, {
    ...rest,
    headers: { authorization: `Bearer ${token}`, ...rest.headers },
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: (text ? JSON.parse(text) : null) as Json };
}

async function all(path: string): Promise<Json[]> {
  const records: Json[] = [];
  for (let next: string | undefined = path; next; ) {
    const { status, headers, body } = await api(next);
    expect(status).toBe(200);
    records.push(...body);
    next = /<https:\/\/api\.github\.com([^>]+)>; rel="next"/.exec(headers.get("link") ?? "")?.[1];
  }
  return records;
}

const since = (at: string): string => encodeURIComponent(`created:>=${at}`);

describe("the audit log", () => {
  it("gives every entry exactly once, oldest or newest first", async () => {
    const { events } = await acme.events(0, 10_000);
    const expected = events.map(({ id }) => id);
    const query = `include=all&per_page=100&phrase=${since("2000-01-01")}`;
    const ascending = await all(`/orgs/acme/audit-log?order=asc&${query}`);
    expect(ascending.map((entry) => entry._document_id)).toEqual(expected);
    const descending = await all(`/orgs/acme/audit-log?${query}`);
    expect(descending.map((entry) => entry._document_id)).toEqual(expected.toReversed());
  });

  it("leaves Git events out unless asked for them", async () => {
    const actions = async (include: string) =>
      new Set(
        (await api(`/orgs/acme/audit-log?per_page=100&include=${include}`)).body.map((entry: Json) =>
          entry.action.startsWith("git."),
        ),
      );
    expect(await actions("web")).toEqual(new Set([false]));
    expect(await actions("git")).toEqual(new Set([true]));
  });

  it("takes a window of whole seconds", async () => {
    const { events } = await acme.events(0, 10_000);
    const low = Math.floor(events[1000]!.at / 1000) * 1000;
    const high = Math.floor(events[1100]!.at / 1000) * 1000;
    const phrase = encodeURIComponent(
      `created:>=${new Date(low).toISOString()} created:<=${new Date(high).toISOString()}`,
    );
    const found = await all(`/orgs/acme/audit-log?order=asc&include=all&per_page=30&phrase=${phrase}`);
    expect(found.map((entry) => entry._document_id)).toEqual(
      events.filter(({ at }) => at >= low && at < high + 1000).map(({ id }) => id),
    );
  });

  it("shows a late entry where its time is, to whoever reads again", async () => {
    const late = (await acme.change("late-event", { type: "repo.destroy", minutesAgo: 30 })) as Json;
    await acme.emit();
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const found = await all(`/orgs/acme/audit-log?order=asc&include=all&per_page=2&phrase=${since(from)}`);
    const times = found.map((entry) => entry["@timestamp"]);
    expect(times).toEqual(times.toSorted((a: number, b: number) => a - b));
    expect(found.filter((entry) => entry._document_id === late.result.id)).toHaveLength(1);
  });

  it("filters by action and by actor", async () => {
    const [event] = await acme.emit({ type: "org.add_member", actor: "somebody-new" });
    const { body } = await api(
      `/orgs/acme/audit-log?phrase=${encodeURIComponent("action:org.add_member actor:somebody-new")}`,
    );
    expect(body.map((entry: Json) => entry._document_id)).toEqual([event?.id]);
  });
});

describe("people", () => {
  it("pages through all members", async () => {
    const members = await all("/orgs/acme/members?per_page=100");
    const { ids } = await acme.userIds(0, 1000);
    expect(members.map(({ id }) => String(id))).toEqual(ids);
  });

  it("knows owners, and who has no second factor", async () => {
    expect(await all("/orgs/acme/members?role=admin")).toHaveLength(4);
    const without = await all("/orgs/acme/members?filter=2fa_disabled");
    expect(without.length).toBeGreaterThan(0);
    const { body } = await api("/enterprises/acme-ent/consumed-licenses?per_page=100");
    expect(
      body.users.filter((user: Json) => !user.github_com_two_factor_auth).map((user: Json) => user.github_com_login),
    ).toEqual(
      without
        .map(({ login }) => login)
        .filter((login) => body.users.some((user: Json) => user.github_com_login === login)),
    );
  });

  it("answers GraphQL with the same people", async () => {
    const query = `query($o:String!,$c:String){organization(login:$o){membersWithRole(first:100,after:$c){pageInfo{hasNextPage endCursor}
      edges{role hasTwoFactorEnabled node{databaseId login name email organizationVerifiedDomainEmails(login:$o)}}}}}`;
    const ids: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { body }: { body: Json } = await api("/graphql", {
        method: "POST",
        body: JSON.stringify({ query, variables: { o: "acme", c: after } }),
      });
      const { edges, pageInfo } = body.data.organization.membersWithRole;
      ids.push(...edges.map((edge: Json) => String(edge.node.databaseId)));
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
    }
    expect(ids).toEqual((await acme.userIds(0, 1000)).ids);
  });

  it("suspends a managed user and writes it down", async () => {
    const { body } = await api("/scim/v2/enterprises/acme-ent/Users?startIndex=21&count=1");
    const [user] = body.Resources;
    const patch = {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      Operations: [{ op: "replace", path: "active", value: false }],
    };
    const path = `/scim/v2/enterprises/acme-ent/Users/${user.id}`;
    expect((await api(path, { method: "PATCH", body: JSON.stringify(patch) })).body.active).toBe(false);
    expect((await api(path)).body.active).toBe(false);
    const [entry] = (await api("/orgs/acme/audit-log?per_page=1")).body;
    expect(entry).toMatchObject({ action: "user.suspend", user: user.userName.split("@")[0].replace(".", "-") });
  });

  it("answers 304 to whoever has the page already", async () => {
    const first = await api("/orgs/acme/members?per_page=5");
    const again = await api("/orgs/acme/members?per_page=5", {
      headers: { "if-none-match": first.headers.get("etag") as string },
    });
    expect(again).toMatchObject({ status: 304, body: null });
  });
});

describe("signing in", () => {
  const verifier = "a".repeat(50);
  const challenge = createHash("sha256").update(verifier).digest("base64url");

  async function consent(decision: "allow" | "deny"): Promise<URL> {
    const asked = new URLSearchParams({
      client_id: acme.credentials.clientId!,
      redirect_uri: callback,
      scope,
      state: "s/1",
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    const page = await (await ask(`https://github.com/login/oauth/authorize?${asked}`)).text();
    expect(page).toContain(`id="${decision}"`);
    const [, action] = /<form method="post" action="([^"]+)"/.exec(page) ?? [];
    const answer = await fetch(sandbox.url + action, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams([...asked, ["decision", decision]]),
    });
    expect(answer.status).toBe(302);
    return new URL(answer.headers.get("location") as string);
  }

  async function exchange(code: string, more: Record<string, string> = {}): Promise<Json> {
    const { clientId, clientSecret } = acme.credentials;
    const form = {
      client_id: clientId!,
      client_secret: clientSecret!,
      code,
      redirect_uri: callback,
      code_verifier: verifier,
      ...more,
    };
    const answer = await ask("https://github.com/login/oauth/access_token", {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams(form),
    });
    expect(answer.status).toBe(200);
    return answer.json();
  }

  it("gives a token with the scopes that were agreed to", async () => {
    const back = await consent("allow");
    expect(back.searchParams.get("state")).toBe("s/1");
    const { access_token: token, ...rest } = await exchange(back.searchParams.get("code")!);
    expect(rest).toEqual({ scope: "admin:org,read:audit_log", token_type: "bearer" });
    const { status, headers } = await api("/orgs/acme", { token });
    expect([status, headers.get("x-oauth-scopes")]).toEqual([200, "admin:org, read:audit_log"]);
    expect(await api("/orgs/acme/hooks", { token })).toMatchObject({ status: 403 });
  });

  it("takes a code once", async () => {
    const code = (await consent("allow")).searchParams.get("code")!;
    expect(await exchange(code)).toHaveProperty("access_token");
    expect(await exchange(code)).toMatchObject({ error: "bad_verification_code" });
  });

  it("refuses a wrong verifier, secret or redirect URI", async () => {
    const code = async () => (await consent("allow")).searchParams.get("code")!;
    expect(await exchange(await code(), { code_verifier: "wrong" })).toMatchObject({ error: "bad_verification_code" });
    expect(await exchange(await code(), { client_secret: "wrong" })).toMatchObject({
      error: "incorrect_client_credentials",
    });
    expect(await exchange(await code(), { redirect_uri: `${callback}/other` })).toMatchObject({
      error: "redirect_uri_mismatch",
    });
  });

  it("says when the person clicks Cancel", async () => {
    const back = await consent("deny");
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ error: "access_denied", state: "s/1" });
  });

  it("mints installation tokens for a JWT of the App's key only", async () => {
    const { appId, installationId, privateKey } = acme.credentials;
    const now = Math.floor(Date.now() / 1000);
    const jwt = (claims: object): string => {
      const text = [{ alg: "RS256", typ: "JWT" }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
        .join(".");
      return `${text}.${sign("sha256", Buffer.from(text), createPrivateKey(privateKey!)).toString("base64url")}`;
    };
    const mint = (token: string) =>
      api(`/app/installations/${installationId}/access_tokens`, { method: "POST", token });
    const minted = await mint(jwt({ iss: appId, iat: now - 60, exp: now + 540 }));
    expect(minted.status).toBe(201);
    expect(await api("/orgs/acme/personal-access-tokens", { token: minted.body.token })).toMatchObject({ status: 200 });
    expect(await api("/enterprises/acme-ent/consumed-licenses", { token: minted.body.token })).toMatchObject({
      status: 403,
    });
    expect(await mint(jwt({ iss: appId, iat: now, exp: now + 3600 }))).toMatchObject({ status: 401 });
    expect(await mint(`${jwt({ iss: appId, iat: now, exp: now + 60 })}A`)).toMatchObject({ status: 401 });
  });
});

describe("webhooks", () => {
  let server: Server;
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];

  beforeAll(async () => {
    server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        received.push({ headers: incoming.headers, body: Buffer.concat(chunks).toString() });
        outgoing.writeHead(202).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  afterAll(() => void server.close());

  it("are signed, announced by a ping, and tell what happened", async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    const config = { url, content_type: "json", secret: "It's a Secret to Everybody", insecure_ssl: "0" };
    const hook = await api("/orgs/acme/hooks", {
      method: "POST",
      body: JSON.stringify({ name: "web", active: true, events: ["organization"], config }),
    });
    expect(hook).toMatchObject({ status: 201, body: { config: { secret: "********" } } });
    await acme.emit({ type: "org.remove_member" });
    await acme.emit({ type: "git.clone" });
    await expect.poll(() => received.length).toBe(2);
    const [ping, removed] = received.toSorted((a, b) =>
      a.headers["x-github-event"] === "ping" ? -1 : b.headers["x-github-event"] === "ping" ? 1 : 0,
    );
    expect(JSON.parse(ping!.body)).toHaveProperty("zen");
    expect(JSON.parse(removed!.body)).toMatchObject({ action: "member_removed", organization: { login: "acme" } });
    for (const { headers, body } of received) {
      expect(headers["x-hub-signature-256"]).toBe(
        `sha256=${createHmac("sha256", config.secret).update(body).digest("hex")}`,
      );
    }
    expect(await acme.deliveries()).toHaveLength(2);
    const statuses = async () =>
      (await api(`/orgs/acme/hooks/${hook.body.id}/deliveries`)).body.map((delivery: Json) => delivery.status);
    await expect.poll(statuses).toEqual(["OK", "OK"]);
    expect(await api(`/orgs/acme/hooks/${hook.body.id}`, { method: "DELETE" })).toMatchObject({ status: 204 });
  });
});

describe("trouble", () => {
  it("speaks GitHub's words", async () => {
    const path = "/orgs/acme/members?per_page=1";
    await acme.setFaults({ unauthorized: true });
    expect(await api(path)).toMatchObject({ status: 401, body: { message: "Bad credentials" } });
    await acme.setFaults({ missingScopes: ["admin:org", "read:audit_log"] });
    expect(await api("/orgs/acme/audit-log")).toMatchObject({
      status: 403,
      body: { message: "Resource not accessible by personal access token" },
    });
    await acme.setFaults({
      rateLimited: { remaining: 1, retryAfterSeconds: 7 },
      serverErrors: { remaining: 1, status: 502 },
    });
    expect(await api(path)).toMatchObject({ status: 502 });
    const limited = await api(path);
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([403, "7"]);
    expect(await api(path)).toMatchObject({ status: 200 });
    await acme.setFaults({ changedShape: "users" });
    expect((await api(path)).body[0]).not.toHaveProperty("login");
    await acme.setFaults({ cutConnections: { remaining: 1 } });
    await expect(api(path)).rejects.toThrow();
    await acme.setFaults({});
    expect((await api(path)).body[0]).toHaveProperty("login");
  });

  it("counts calls by pattern", async () => {
    expect((await acme.calls())["GET /orgs/:org/members"]).toBeGreaterThan(3);
  });
});
