import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers of a provider are looked into as they come
type Json = any;

let sandbox: Sandbox;
let acme: SandboxTenant;
let token: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  acme = await sandbox.createTenant({ provider: "box", name: "acme", users: 30, groups: 2, events: 40, files: 120 });
  token = (await (await grant({ grant_type: "client_credentials" })).json()).access_token;
});
afterAll(() => sandbox?.stop());

const ask = (path: string, init?: RequestInit) =>
  fetch(`${sandbox.url}/api.box.com${path}`, { redirect: "manual", ...init });

function grant(fields: Record<string, string>): Promise<Response> {
  const { clientId, clientSecret, enterpriseId } = acme.credentials as Record<string, string>;
  const subject = { box_subject_type: "enterprise", box_subject_id: enterpriseId! };
  const body = new URLSearchParams({ client_id: clientId!, client_secret: clientSecret!, ...subject, ...fields });
  return ask("/oauth2/token", { method: "POST", body });
}

function api(
  path: string,
  { as, json, ...init }: RequestInit & { as?: string; json?: unknown } = {},
): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, ...(as && { "as-user": as }), ...init.headers };
  return ask(`/2.0${path}`, { ...init, headers, ...(json !== undefined && { body: JSON.stringify(json) }) });
}

const read = async (path: string, as?: string): Promise<Json> => (await api(path, as ? { as } : {})).json();

test("tokens are of the enterprise of the app; others get none", async () => {
  expect(await read("/users/me?fields=enterprise")).toMatchObject({
    enterprise: { id: acme.credentials.enterpriseId, name: "Acme" },
  });
  const answers = [
    await grant({ grant_type: "client_credentials", client_secret: "wrong" }),
    await grant({ grant_type: "client_credentials", box_subject_id: "1" }),
    await grant({ grant_type: "password" }),
  ];
  const errors = await Promise.all(answers.map(async (one) => [one.status, (await one.json()).error]));
  expect(errors).toEqual([
    [401, "invalid_client"],
    [400, "invalid_grant"],
    [400, "unsupported_grant_type"],
  ]);
  expect((await ask("/2.0/users/me", { headers: { authorization: "Bearer bx_x.y" } })).status).toBe(401);
});

test("listings by marker name everybody once, with the fields that were asked for", async () => {
  const found: Json[] = [];
  for (let marker = ""; ; ) {
    const page = await read(`/users?user_type=managed&fields=login&usemarker=true&limit=7&marker=${marker}`);
    found.push(...page.entries);
    if (!page.next_marker) break;
    marker = page.next_marker;
  }
  expect(found).toHaveLength(30);
  expect(new Set(found.map(({ id }) => id)).size).toBe(30);
  expect(Object.keys(found[0]).sort()).toEqual(["id", "login", "type"]);
});

describe("files", () => {
  const owners = async () => (await read("/users?user_type=managed&usemarker=true&limit=1000")).entries as Json[];

  test("lie in the root of their owner, and the service account sees what it was invited to", async () => {
    const [, , , owner] = await owners();
    const root = await read("/folders/0/items?fields=name,owned_by", owner.id);
    const exports = root.entries.find(({ name }: Json) => name === "Finance exports");
    expect(exports.owned_by.id).toBe(owner.id);
    expect((await read("/folders/0/items?fields=name")).entries.map(({ name }: Json) => name)).toEqual([
      "Finance exports",
    ]);
    const [sheet] = (await read(`/folders/${exports.id}/items?fields=name,shared_link`, owner.id)).entries;
    expect(sheet.shared_link).toMatchObject({ effective_access: "open", is_password_enabled: false });
    const answer = await api(`/files/${sheet.id}/content`, { as: owner.id });
    expect(answer.status).toBe(302);
    const location = answer.headers.get("location")!.replace("https://", `${sandbox.url}/`);
    expect((await (await fetch(location)).text()).slice(0, 2)).toBe("PK");
  });

  test("are out of reach of others, and of callers who may not act as their owner", async () => {
    const [stranger, , , owner] = await owners();
    const [folder] = (await read("/folders/0/items", owner.id)).entries.slice(-1);
    expect((await api(`/folders/${folder.id}`, { as: stranger.id })).status).toBe(404);
    await acme.setFaults({ missingScopes: ["as-user"] });
    expect((await api(`/folders/${folder.id}`, { as: owner.id })).status).toBe(403);
    await acme.setFaults({ missingScopes: ["root_readonly", "root_readwrite"] });
    const refused = await api(`/folders/${folder.id}`, { as: owner.id });
    expect([refused.status, (await refused.json()).code]).toEqual([403, "insufficient_scope"]);
    await acme.setFaults({});
  });

  test("go to the trash and back, and to another owner's root", async () => {
    const [other, , , owner] = await owners();
    const [folder] = (await read("/folders/0/items", owner.id)).entries.slice(-1);
    const url = `/folders/${folder.id}`;
    expect((await api(url, { as: owner.id, method: "DELETE" })).status).toBe(400);
    expect((await api(`${url}?recursive=true`, { as: owner.id, method: "DELETE" })).status).toBe(204);
    expect((await (await api(url, { as: owner.id })).json()).code).toBe("trashed");
    expect((await read("/folders/trash/items", owner.id)).entries.map(({ id }: Json) => id)).toEqual([folder.id]);
    expect((await api(url, { as: owner.id, method: "POST", json: {} })).status).toBe(201);
    const moved = await api(url, { as: owner.id, method: "PUT", json: { parent: { id: "0", user_id: other.id } } });
    expect((await moved.json()).owned_by.id).toBe(other.id);
    expect((await api(url, { as: owner.id })).status).toBe(404);
  });
});

test("events are read by position, by type and by time, and some come twice", async () => {
  const seen = new Map<string, number>();
  let position = "0";
  for (let entries: Json[] = [null]; entries.length > 0; ) {
    const page = await read(`/events?stream_type=admin_logs_streaming&stream_position=${position}&limit=7`);
    ({ entries } = page);
    position = page.next_stream_position;
    for (const { event_id } of entries) seen.set(event_id, (seen.get(event_id) ?? 0) + 1);
  }
  const { events } = await acme.events(0, 1000);
  expect([...seen.keys()].sort()).toEqual(events.map(({ id }) => id).sort());
  expect(Math.max(...seen.values())).toBe(2);
  expect(Number.isSafeInteger(Number(position))).toBe(false);
  await acme.emit({ type: "LOGIN" });
  const logins = await read(`/events?stream_type=admin_logs_streaming&stream_position=${position}&event_type=LOGIN`);
  expect(logins.entries.map(({ event_type }: Json) => event_type)).toContain("LOGIN");
  const before = new Date(events[10]!.at).toISOString();
  const history = await read(`/events?stream_type=admin_logs&created_before=${before}&limit=500`);
  expect(history.entries.length).toBeGreaterThanOrEqual(9);
  expect(history.entries.every((one: Json) => Date.parse(one.created_at) <= events[10]!.at)).toBe(true);
});

test("one webhook for a folder, none for a root", async () => {
  const hook = (id: string) =>
    api("/webhooks", {
      method: "POST",
      json: { target: { id, type: "folder" }, address: "https://gw.example/hook", triggers: ["FILE.UPLOADED"] },
    });
  const statuses = [
    await hook(acme.credentials.watchedFolder!),
    await hook(acme.credentials.watchedFolder!),
    await hook("0"),
  ];
  expect(statuses.map(({ status }) => status)).toEqual([201, 409, 404]);
});
