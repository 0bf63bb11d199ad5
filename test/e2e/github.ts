import { expect } from "vitest";
import type { SandboxTenant } from "../support/sandbox.ts";
import { ends, streamsAndPauses } from "./life.ts";
import { api, browser, gatehouse, sandbox } from "./shared.ts";
import { type Added, activityAdded, numberOf, sorted } from "./support.ts";

const tenantOf = (name: string, more: object = {}): Promise<SandboxTenant> =>
  sandbox.createTenant({ provider: "github", name, users: 12, groups: 3, events: 60, historyDays: 5, ...more });

function settingsOf({ credentials }: SandboxTenant, mode: string): Record<string, string> {
  const { org, enterprise, clientId, clientSecret, appId, installationId, privateKey, personalAccessToken } =
    credentials as Record<string, string>;
  const byMode: Record<string, Record<string, string | undefined>> = {
    oauth: { clientId, clientSecret },
    app: { appId, installationId, privateKey },
    pat: { token: personalAccessToken, enterprise },
  };
  return { mode, org, ...byMode[mode] } as Record<string, string>;
}

/** GitHub's own answer, all pages: what ours is compared with. */
async function raw<T>(tenant: SandboxTenant, path: string): Promise<T[]> {
  const items: T[] = [];
  for (let page = 1; ; page++) {
    const url = `${sandbox.url}/api.github.com${path}${path.includes("?") ? "&" : "?"}per_page=100&page=${page}`;
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${tenant.credentials.personalAccessToken}` },
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    const found = (await response.json()) as T[];
    items.push(...found);
    if (found.length < 100) return items;
  }
}

interface Account {
  id: number;
  login: string;
}

/** Connects by consent in the browser, reads everything, streams, and ends. */
export async function githubLives(): Promise<void> {
  const tenant = await tenantOf("acme", { users: 130, groups: 6, events: 450, historyDays: 6 });
  const { instance, authorizationUrl, userErrors } = await api.connect("github", "Acme", settingsOf(tenant, "oauth"));
  expect(userErrors).toEqual([]);
  expect(instance).toMatchObject({ status: "AWAITING_AUTHORIZATION", accountName: null });
  expect(instance!.settings).not.toHaveProperty("clientSecret");
  const { id } = instance!;
  const live = await gatehouse.subscribe<Added>(activityAdded, { filter: { instanceIds: [id] } });

  const page = await browser.newPage();
  await page.goto(authorizationUrl!);
  await page.click("#allow");
  await page.waitForURL(/\/oauth\/callback/);
  expect(await page.textContent("h1")).toBe("GitHub is connected");
  expect(new URL(page.url()).origin).toBe(gatehouse.url);
  const after = await api.instance(id);
  expect(after).toMatchObject({
    status: "CONNECTED",
    statusReason: null,
    accountName: "acme",
    externalAccountId: expect.stringMatching(/^\d+$/),
  });
  await api.scanned(id);

  await compareUsers(tenant, id);
  await compareGroups(tenant, id);
  await compareActivities(tenant, id);
  await compareApps(tenant, id);

  // A page read while connected, and the same things by subscription: nothing is told twice.
  const told = live.received.map(({ activityAdded }) => activityAdded.activity.externalId);
  expect(new Set(told).size).toBe(told.length);
  expect(sorted(told)).toEqual(sorted((await api.activities(id)).map(({ externalId }) => externalId)));

  const life = {
    ...{ gatehouse, api, tenant, id, keepsEvents: true },
    // GitHub's webhook tells of these: they are there long before the minute of the next poll.
    emit: (count = 1) => tenant.emit({ count, type: "org.add_member" }),
    hooks: async () =>
      (await raw<{ config: { url: string } }>(tenant, "/orgs/acme/hooks")).map(({ config }) => config.url),
  };
  await streamsAndPauses(life);

  // Other settings need a new consent.
  await api.disable(id);
  const again = await api.enable(id, { repositories: "yes" });
  expect(again).toMatchObject({ userErrors: [], instance: { status: "AWAITING_AUTHORIZATION" } });
  await page.goto(again.authorizationUrl!);
  expect(new URL(page.url()).searchParams.get("scope")).toContain("repo");
  await page.click("#allow");
  await page.waitForURL(/\/oauth\/callback/);
  expect(await api.instance(id)).toMatchObject({ status: "CONNECTED", settings: { repositories: "yes" } });

  await ends(life);
  const log = await api.audit([
    "instance.connect",
    "oauth.callback",
    "instance.disable",
    "instance.enable",
    "instance.disconnect",
  ]);
  // Beside them stands that each was begun.
  const own = log.filter(({ target, result }) => target === `instance/${numberOf(id)}` && result !== "started");
  expect(own.map(({ action, result }) => `${action} ${result}`)).toEqual([
    "instance.enable CONFLICT",
    "instance.disconnect ok",
    "oauth.callback ok",
    "instance.enable ok",
    "instance.disable ok",
    "instance.enable ok",
    "instance.disable ok",
    "instance.disable ok",
    "oauth.callback ok",
    "instance.connect ok",
  ]);
}

async function compareUsers(tenant: SandboxTenant, id: string) {
  const org = tenant.name;
  const users = (await api.users(id)).filter(({ status }) => status !== "UNKNOWN");
  const admins = new Set((await raw<Account>(tenant, `/orgs/${org}/members?role=admin`)).map((one) => String(one.id)));
  const outside = await raw<Account>(tenant, `/orgs/${org}/outside_collaborators`);
  const invited = await raw<Account & { email: string | null }>(tenant, `/orgs/${org}/invitations`);
  const { ids } = await tenant.userIds();
  expect(sorted(users.map(({ externalId }) => externalId))).toEqual(
    sorted([...ids, ...outside.map((one) => String(one.id)), ...invited.map((one) => `invitation:${one.id}`)]),
  );
  const holders = (privilege: string) =>
    sorted(
      users
        .filter(({ privileges }) => privileges.some(({ externalId }) => externalId === privilege))
        .map(({ externalId }) => externalId),
    );
  expect(holders("org:owner")).toEqual(sorted(admins));
  expect(holders("org:member")).toEqual(sorted(ids.filter((one) => !admins.has(one))));
  for (const user of users) expect(user.isAdmin, user.login!).toBe(user.privileges.some(({ isAdmin }) => isAdmin));
  expect(sorted(users.filter(({ isExternal }) => isExternal).map(({ externalId }) => externalId))).toEqual(
    sorted(outside.map((one) => String(one.id))),
  );
  expect((await api.instance(id)).userCount).toBe((await api.users(id)).length);
  for (const member of (await raw<Account>(tenant, `/orgs/${org}/members`)).slice(0, 6)) {
    const [name] = await raw<{ name: string }>(tenant, `/users/${member.login}`).catch(() => []);
    expect(users.find(({ externalId }) => externalId === String(member.id))).toMatchObject({
      login: member.login,
      email: expect.stringMatching(/^[^@]+@acme\.example$/),
      displayName: name?.name ?? expect.stringMatching(/ /),
      status: "ACTIVE",
      isExternal: false,
      type: "HUMAN",
      identity: { email: expect.stringMatching(/@acme\.example$/) },
      privileges: expect.arrayContaining([
        admins.has(String(member.id))
          ? { externalId: "org:owner", name: "Organization owner", isAdmin: true }
          : { externalId: "org:member", name: "Organization member", isAdmin: false },
      ]),
    });
  }
}

async function compareGroups(tenant: SandboxTenant, id: string) {
  const teams = await raw<{ id: number; name: string; slug: string }>(tenant, `/orgs/${tenant.name}/teams`);
  const groups = await api.groups(id);
  expect(sorted(groups.keys())).toEqual(sorted(teams.map((team) => String(team.id))));
  for (const team of teams) {
    const members = await raw<Account>(tenant, `/orgs/${tenant.name}/teams/${team.slug}/members`);
    expect(groups.get(String(team.id))).toEqual({
      name: team.name,
      members: sorted(members.map((member) => String(member.id))),
    });
  }
}

async function compareActivities(tenant: SandboxTenant, id: string) {
  const { events } = await tenant.events();
  const found = await api.activities(id, "raw");
  expect(sorted(found.map(({ externalId }) => externalId))).toEqual(sorted(events.map((event) => event.id)));
  for (const event of events) {
    const activity = found.find(({ externalId }) => externalId === event.id) as (typeof found)[number] & {
      raw: Record<string, unknown> & { actor_location?: { country_code?: string } };
    };
    const { raw } = activity;
    expect(activity).toMatchObject({
      eventType: event.type,
      occurredAt: new Date(event.at).toISOString(),
      actorName: event.actor,
      user: raw.actor_is_bot ? null : { externalId: String(raw.actor_id) },
      ipAddress: raw.actor_ip ?? null,
      userAgent: raw.user_agent ?? null,
      country: raw.actor_location?.country_code ?? null,
      outcome: /fail|reject/.test(event.type) ? "FAILURE" : "SUCCESS",
      unmapped: false,
    });
    expect(activity.raw).toMatchObject({ _document_id: event.id, action: event.type });
    expect(activity.description).toContain(event.actor);
    if (raw.team_id !== undefined)
      expect(activity.targets).toContainEqual({ type: "team", id: String(raw.team_id), name: raw.team });
    if (raw.repo_id !== undefined)
      expect(activity.targets).toContainEqual({ type: "repository", id: String(raw.repo_id), name: raw.repo });
  }
  expect(new Set(found.map(({ category }) => category))).toEqual(new Set(["LOG_ON", "USER", "ADMIN"]));
  expect(
    found
      .filter(({ eventType }) => /login|sso|logout|two_factor/.test(eventType))
      .every(({ category }) => category === "LOG_ON"),
  ).toBe(true);
}

async function compareApps(tenant: SandboxTenant, id: string) {
  const { installations } = (await (
    await fetch(`${sandbox.url}/api.github.com/orgs/${tenant.name}/installations?per_page=100`, {
      headers: { authorization: `Bearer ${tenant.credentials.personalAccessToken}` },
    })
  ).json()) as { installations: { id: number; app_slug: string; permissions: Record<string, string> }[] };
  const credentials = await raw<{ credential_id: number; login: string; scopes?: string[] }>(
    tenant,
    `/orgs/${tenant.name}/credential-authorizations`,
  );
  const apps = await api.apps(id);
  expect(sorted(apps.map(({ externalId }) => externalId))).toEqual(
    sorted([
      ...installations.map((one) => `installation:${one.id}`),
      ...credentials.map((one) => `credential:${one.credential_id}`),
    ]),
  );
  for (const one of installations) {
    expect(apps.find(({ externalId }) => externalId === `installation:${one.id}`)).toMatchObject({
      name: one.app_slug,
      scopes: Object.entries(one.permissions).map(([name, level]) => `${name}:${level}`),
      state: "UNDETERMINED",
      userCount: 0,
    });
  }
  const members = await raw<Account>(tenant, `/orgs/${tenant.name}/members`);
  for (const one of credentials) {
    const owner = members.find(({ login }) => login === one.login);
    expect(apps.find(({ externalId }) => externalId === `credential:${one.credential_id}`)).toMatchObject({
      scopes: one.scopes ?? [],
      userCount: 1,
      users: { nodes: [{ externalId: String(owner!.id) }] },
    });
  }
}
