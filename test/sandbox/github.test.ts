import { createHash, createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ReceivedRequest, startReceiver } from "../support/receiver.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers of a provider are looked into as they come
type Json = any;

const callback = "https://gateway.example/oauth/callback";
let sandbox: Sandbox;
let acme: SandboxTenant;

beforeAll(async () => {
  sandbox = await startSandbox();
  acme = await sandbox.createTenant({ provider: "github", name: "acme", users: 230, events: 2500 });
});
afterAll(() => sandbox?.stop());

async function api(
  path: string,
  { method = "GET", json, token }: { method?: string; json?: object; token?: string } = {},
) {
  const answer = await sandbox.ask(`https://api.github.com${path}`, {
    method,
    headers: { authorization: `Bearer ${token ?? acme.credentials.personalAccessToken}` },
    ...(json && { body: JSON.stringify(json) }),
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

const log = (query: string, phrase: string) =>
  all(`/orgs/acme/audit-log?${query}&phrase=${encodeURIComponent(phrase)}`);
const idsOf = (entries: Json[]) => entries.map((entry) => entry._document_id);

describe("the audit log", () => {
  it("comes newest first unless asked otherwise", async () => {
    const expected = (await acme.events(0, 10_000)).events.map(({ id }) => id);
    expect(idsOf(await log("include=all&per_page=100", "created:>=2000-01-01"))).toEqual(expected.toReversed());
  });

  it("leaves Git events out unless asked for them, and filters by action and by actor", async () => {
    for (const include of ["web", "git"]) {
      const { body } = await api(`/orgs/acme/audit-log?per_page=100&include=${include}`);
      for (const { action } of body) expect(action.startsWith("git.")).toBe(include === "git");
    }
    const [event] = await acme.emit({ type: "org.add_member", actor: "somebody-new" });
    expect(idsOf(await log("per_page=30", "action:org.add_member actor:somebody-new"))).toEqual([event?.id]);
  });

  it("shows a late entry where its time is, to whoever reads again", async () => {
    const late = (await acme.change("late-event", { type: "repo.destroy", minutesAgo: 30 })) as Json;
    await acme.emit();
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const found = await log("order=asc&include=all&per_page=2", `created:>=${from}`);
    const times = found.map((entry) => entry["@timestamp"]);
    expect(times).toEqual(times.toSorted((a: number, b: number) => a - b));
    expect(idsOf(found).filter((id) => id === late.result.id)).toHaveLength(1);
  });
});

describe("people", () => {
  it("knows owners, and who has no second factor", async () => {
    expect(await all("/orgs/acme/members?role=admin")).toHaveLength(4);
    const without = (await all("/orgs/acme/members?filter=2fa_disabled")).map(({ login }) => login);
    const { users } = (await api("/enterprises/acme-ent/consumed-licenses?per_page=100")).body;
    const seats = users.filter((user: Json) => !user.github_com_two_factor_auth);
    expect(seats.length).toBeGreaterThan(0);
    for (const { github_com_login } of seats) expect(without).toContain(github_com_login);
  });

  it("suspends a managed user and writes it down", async () => {
    const { Resources } = (await api("/scim/v2/enterprises/acme-ent/Users?startIndex=21&count=1")).body;
    const [{ id, userName }] = Resources;
    const schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
    const json = { schemas, Operations: [{ op: "replace", path: "active", value: false }] };
    expect((await api(`/scim/v2/enterprises/acme-ent/Users/${id}`, { method: "PATCH", json })).body.active).toBe(false);
    const filter = encodeURIComponent(`userName eq "${userName}"`);
    const found = (await api(`/scim/v2/enterprises/acme-ent/Users?filter=${filter}`)).body;
    expect(found).toMatchObject({ totalResults: 1, Resources: [{ id, active: false }] });
    const [entry] = (await api("/orgs/acme/audit-log?per_page=1")).body;
    expect(entry).toMatchObject({ action: "user.suspend", user: userName.split("@")[0].replace(".", "-") });
  });
});

/** Faults that an outside description of the API found: https://github.com/github/rest-api-description */
describe("records have the fields that GitHub describes as required", () => {
  const user = [
    "avatar_url",
    "following_url",
    "gists_url",
    "starred_url",
    "subscriptions_url",
    "node_id",
    "site_admin",
  ];
  const installation = ["repositories_url", "access_tokens_url", "suspended_by", "single_file_name", "html_url"];
  const repository = ["archive_url", "commits_url", "contents_url", "git_refs_url", "hooks_url", "trees_url", "owner"];

  it.each<[path: string, fields: string[]]>([
    ["/orgs/acme/members?per_page=1", user],
    ["/orgs/acme/installations", installation],
    ["/orgs/acme/repos?per_page=1", repository],
    ["/orgs/acme/credential-authorizations?per_page=100", ["authorized_credential_id", "credential_accessed_at"]],
    ["/orgs/acme/invitations", ["invitation_teams_url", "inviter"]],
  ])("%s", async (path, fields) => {
    const { body } = await api(path);
    const records: Json[] = body.installations ?? body;
    expect(records.length).toBeGreaterThan(0);
    for (const record of records) expect(Object.keys(record)).toEqual(expect.arrayContaining(fields));
  });

  it("memberships and owners, of which no field is made up", async () => {
    const [{ login }] = (await api("/orgs/acme/members?per_page=1")).body;
    const { organization } = (await api(`/orgs/acme/memberships/${login}`)).body;
    expect(organization).toMatchObject({ hooks_url: expect.any(String), public_members_url: expect.any(String) });
    const [{ owner }] = (await api("/orgs/acme/repos?per_page=1")).body;
    const { roles } = (await api("/orgs/acme/organization-roles")).body;
    for (const account of [owner, roles[0].organization]) {
      expect(Object.keys(account)).toEqual(expect.arrayContaining(user));
      expect(account).not.toHaveProperty("description");
    }
  });
});

describe("signing in", () => {
  const verifier = "a".repeat(50);

  async function code(): Promise<string> {
    const asked = new URLSearchParams({
      client_id: acme.credentials.clientId!,
      redirect_uri: callback,
      scope: "admin:org read:audit_log",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    });
    const body = new URLSearchParams([...asked, ["decision", "allow"]]);
    const answer = await sandbox.ask("https://github.com/login/oauth/authorize", { method: "POST", body });
    return new URL(answer.headers.get("location") as string).searchParams.get("code")!;
  }

  async function exchange(code: string, more: Record<string, string> = {}, accept = "application/json"): Promise<Json> {
    const { clientId, clientSecret } = acme.credentials;
    const client = { client_id: clientId!, client_secret: clientSecret!, redirect_uri: callback };
    const body = new URLSearchParams({ ...client, code, code_verifier: verifier, ...more });
    const answer = await sandbox.ask("https://github.com/login/oauth/access_token", {
      method: "POST",
      headers: { accept },
      body,
    });
    expect(answer.status).toBe(200);
    const text = await answer.text();
    return accept.includes("json") ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
  }

  it("gives a token with the scopes that were agreed to, as JSON or as a form", async () => {
    const { access_token: token, ...rest } = await exchange(await code());
    expect(rest).toEqual({ scope: "admin:org,read:audit_log", token_type: "bearer" });
    const { status, headers } = await api("/orgs/acme", { token });
    expect([status, headers.get("x-oauth-scopes")]).toEqual([200, "admin:org, read:audit_log"]);
    const refused = await api("/orgs/acme/hooks", { token });
    expect([refused.status, refused.headers.get("x-accepted-oauth-scopes")]).toEqual([403, "admin:org_hook"]);
    const form = await exchange(await code(), {}, "*/*");
    expect(form).toMatchObject({ token_type: "bearer" });
  });

  it("takes a code once, and refuses a wrong verifier, secret, redirect URI or client", async () => {
    const used = await code();
    expect(await exchange(used)).toHaveProperty("access_token");
    expect(await exchange(used)).toMatchObject({ error: "bad_verification_code" });
    for (const [field, value, error] of [
      ["code_verifier", "wrong", "bad_verification_code"],
      ["client_secret", "wrong", "incorrect_client_credentials"],
      ["redirect_uri", `${callback}/other`, "redirect_uri_mismatch"],
      ["client_id", "Iv1.unknown", "Not Found"],
    ] as const)
      expect(await exchange(await code(), { [field]: value }), field).toMatchObject({ error });
  });

  it("makes installation tokens for a JWT of the App's key only", async () => {
    const { appId, installationId, privateKey } = acme.credentials;
    const now = Math.floor(Date.now() / 1000);
    const jwt = (claims: object) =>
      new SignJWT({ iss: appId, ...claims })
        .setProtectedHeader({ alg: "RS256", typ: "JWT" })
        .sign(createPrivateKey(privateKey!));
    const make = (token: string) =>
      api(`/app/installations/${installationId}/access_tokens`, { method: "POST", token });
    const { status, body } = await make(await jwt({ iat: now - 60, exp: now + 540 }));
    expect(status).toBe(201);
    const { token } = body;
    expect(await api("/orgs/acme/personal-access-tokens", { token })).toMatchObject({ status: 200 });
    expect(await api("/enterprises/acme-ent/consumed-licenses", { token })).toMatchObject({ status: 403 });
    expect(await make(await jwt({ iat: now, exp: now + 3600 }))).toMatchObject({ status: 401 });
    expect(await make(`${await jwt({ iat: now, exp: now + 60 })}A`)).toMatchObject({ status: 401 });
  });
});

it("announces a webhook by a ping, and reports what it asked for", async () => {
  const received: ReceivedRequest[] = [];
  const { url } = await startReceiver((request) => {
    received.push(request);
    return { status: 202 };
  });
  const config = { url, content_type: "json", secret: "It's a Secret to Everybody", insecure_ssl: "0" };
  const json = { name: "web", active: true, events: ["organization"], config };
  const hook = await api("/orgs/acme/hooks", { method: "POST", json });
  expect(hook).toMatchObject({ status: 201, body: { config: { secret: "********" } } });
  await acme.emit({ type: "org.remove_member" });
  await acme.emit({ type: "git.clone" });
  await expect.poll(() => received.length).toBe(2);
  const messages = new Map(
    received.map(({ headers, body }) => [headers["x-github-event"], JSON.parse(body.toString()) as Json]),
  );
  expect(messages.get("ping")).toHaveProperty("zen");
  const removed = { action: "member_removed", organization: { login: "acme" }, membership: { role: "member" } };
  expect(messages.get("organization")).toMatchObject(removed);
  expect(new Set(received.map(({ headers }) => headers["x-github-delivery"])).size).toBe(2);
});
