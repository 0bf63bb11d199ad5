import { expect } from "vitest";
import type { SandboxTenant } from "../support/sandbox.ts";
import { ends, streamsAndPauses } from "./life.ts";
import { api, gatehouse, sandbox } from "./shared.ts";
import { type ActivityAnswer, sorted, until } from "./support.ts";

const tenantOf = (name: string, more: object = {}): Promise<SandboxTenant> =>
  sandbox.createTenant({ provider: "okta", name, users: 20, groups: 3, events: 60, historyDays: 5, ...more });

function settingsOf({ credentials }: SandboxTenant, mode: string): Record<string, string> {
  const { domain, clientId, keyId, privateKey, apiToken } = credentials as Record<string, string>;
  const secrets: Record<string, string | undefined> =
    mode === "oauth" ? { clientId, keyId, privateKey } : { token: apiToken };
  return { mode, domain, ...secrets } as Record<string, string>;
}

/** Okta's own answer, all pages: what ours is compared with. */
async function raw<T>(tenant: SandboxTenant, path: string): Promise<T[]> {
  const items: T[] = [];
  let url: string | null = `${sandbox.url}/${tenant.name}.okta.com${path}`;
  while (url) {
    const response: Response = await fetch(url, { headers: { authorization: `SSWS ${tenant.credentials.apiToken}` } });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    const body = (await response.json()) as T[] | { value: T[] };
    const found = Array.isArray(body) ? body : body.value;
    items.push(...found);
    const next = /<https:\/\/([^>]+)>; rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
    url = next && found.length > 0 ? `${sandbox.url}/${next}` : null;
  }
  return items;
}

interface OktaUser {
  id: string;
  status: string;
  profile: { login: string; email: string; firstName: string; lastName: string };
}

/** Connects with a private key, reads everything, streams, and ends. */
export async function oktaLives(): Promise<void> {
  const tenant = await tenantOf("acme", { users: 230, groups: 5, events: 500, historyDays: 6 });
  const { instance, authorizationUrl, userErrors } = await api.connect("okta", "Acme", settingsOf(tenant, "oauth"));
  expect(userErrors).toEqual([]);
  expect(authorizationUrl).toBeNull();
  expect(instance).toMatchObject({
    status: "CONNECTED",
    externalAccountId: expect.stringMatching(/^00o/),
    accountName: expect.stringMatching(/acme/i),
    settings: { mode: "oauth", domain: "acme.okta.com" },
  });
  expect(instance!.settings).not.toHaveProperty("privateKey");
  const { id } = instance!;
  await api.scanned(id);

  await compareUsers(tenant, id);
  await compareGroups(tenant, id);
  await comparePrivileges(tenant, id);
  await compareActivities(tenant, id);
  await compareApps(tenant, id);
  await leaves(tenant, id);

  const life = {
    ...{ gatehouse, api, tenant, id, keepsEvents: true },
    emit: (count = 1) => tenant.emit({ count, type: "user.lifecycle.suspend" }),
    hooks: async () =>
      (await raw<{ channel: { config: { uri: string } } }>(tenant, "/api/v1/eventHooks")).map(
        ({ channel }) => channel.config.uri,
      ),
  };
  await streamsAndPauses(life);

  // What an event hook brings is looked up like what a scan brings; what Okta says of places comes first.
  const [event] = await tenant.emit({ type: "user.lifecycle.suspend", ip: "8.8.8.8" });
  const { nodes } = await until(
    async () =>
      (
        await gatehouse.graphql<{
          activities: { nodes: { externalId: string; ipTags: string[]; ipCategory: string }[] };
        }>(
          "query ($filter: ActivityFilter) { activities(filter: $filter) { nodes { externalId ipTags ipCategory } } }",
          { filter: { instanceIds: [id], ipAddresses: ["8.8.8.8"] } },
        )
      ).activities,
    (found) => found.nodes.length > 0,
  );
  expect(nodes).toEqual([{ externalId: event!.id, ipTags: ["cloud"], ipCategory: "CLOUD_PROVIDER" }]);

  // The other way of signing in is a change of settings that is proved at once.
  await api.disable(id);
  const again = await api.enable(id, settingsOf(tenant, "token"));
  expect(again).toMatchObject({ authorizationUrl: null, userErrors: [], instance: { status: "CONNECTED" } });
  expect(await api.scan(id, "USERS")).toMatchObject({ status: "SUCCEEDED" });
  await ends(life);
}

async function compareUsers(tenant: SandboxTenant, id: string) {
  const users = (await api.users(id)).filter(({ status }) => status !== "UNKNOWN");
  expect(sorted(users.map(({ externalId }) => externalId))).toEqual(sorted((await tenant.userIds()).ids));
  const gone = `/api/v1/users?${new URLSearchParams({ filter: 'status eq "DEPROVISIONED"' })}`;
  const listed = [...(await raw<OktaUser>(tenant, "/api/v1/users")), ...(await raw<OktaUser>(tenant, gone))];
  expect(listed).toHaveLength(users.length);
  const statuses: Record<string, string> = {
    ...{ ACTIVE: "ACTIVE", PASSWORD_EXPIRED: "ACTIVE", RECOVERY: "ACTIVE", LOCKED_OUT: "ACTIVE" },
    ...{ STAGED: "INVITED", PROVISIONED: "INVITED", SUSPENDED: "SUSPENDED", DEPROVISIONED: "DELETED" },
  };
  for (const { id: externalId, status, profile } of listed) {
    expect(users.find((user) => user.externalId === externalId)).toMatchObject({
      login: profile.login,
      email: profile.email,
      displayName: `${profile.firstName} ${profile.lastName}`,
      status: statuses[status],
      isExternal: false,
      type: "HUMAN",
      identity: { email: profile.email.toLowerCase() },
    });
  }
  const present = users.filter(({ status }) => status !== "DELETED").length;
  const seen = (await api.users(id)).filter(({ status }) => status === "UNKNOWN").length;
  expect((await api.instance(id)).userCount).toBe(present + seen);
}

/** Who is deactivated has left, at the time Okta says; who is only suspended has not. */
async function leaves(tenant: SandboxTenant, id: string) {
  const [leaver, resting] = (await api.users(id)).filter(({ status }) => status === "ACTIVE");
  const at = Date.now();
  await tenant.change("deactivate-user", { user: leaver!.externalId });
  await tenant.change("suspend-user", { user: resting!.externalId });
  expect(await api.scan(id, "USERS")).toMatchObject({ status: "SUCCEEDED" });
  const identityOf = async ({ email }: { email: string | null }) => {
    const { identities } = await gatehouse.graphql<{ identities: { nodes: object[] } }>(
      "query ($email: String) { identities(search: $email) { nodes { terminatedAt terminatedSource { id } } } }",
      { email },
    );
    return identities.nodes[0];
  };
  expect(await identityOf(resting!)).toEqual({ terminatedAt: null, terminatedSource: null });
  const left = await identityOf(leaver!);
  expect(left).toEqual({ terminatedAt: expect.any(String), terminatedSource: { id } });
  expect(Math.abs(Date.parse((left as { terminatedAt: string }).terminatedAt) - at)).toBeLessThan(5000);
}

async function compareGroups(tenant: SandboxTenant, id: string) {
  const listed = await raw<{ id: string; profile: { name: string } }>(tenant, "/api/v1/groups");
  const groups = await api.groups(id);
  expect(sorted(groups.keys())).toEqual(sorted(listed.map((group) => group.id)));
  for (const group of listed) {
    const members = await raw<{ id: string }>(tenant, `/api/v1/groups/${group.id}/users`);
    expect(groups.get(group.id)).toEqual({ name: group.profile.name, members: sorted(members.map((one) => one.id)) });
  }
}

async function comparePrivileges(tenant: SandboxTenant, id: string) {
  const users = await api.users(id);
  const admins = await raw<{ id: string }>(tenant, "/api/v1/iam/assignees/users?limit=200");
  expect(sorted(users.filter(({ isAdmin }) => isAdmin).map(({ externalId }) => externalId))).toEqual(
    sorted(admins.map((admin) => admin.id)),
  );
  for (const admin of admins) {
    const roles = await raw<{ type: string; label: string }>(tenant, `/api/v1/users/${admin.id}/roles`);
    const held = users.find(({ externalId }) => externalId === admin.id)!.privileges;
    const standard = new Set(roles.filter(({ type }) => type !== "CUSTOM").map(({ type }) => type));
    expect(sorted(held.map(({ externalId }) => externalId).filter((one) => !one.startsWith("custom:")))).toEqual(
      sorted(standard),
    );
    expect(held.every(({ isAdmin }) => isAdmin)).toBe(true);
  }
}

interface OktaEvent {
  uuid: string;
  eventType: string;
  published: string;
  actor: { id: string; type: string; displayName: string; alternateId: string };
  outcome: { result: string };
  client: {
    ipAddress: string | null;
    userAgent?: { rawUserAgent: string };
    geographicalContext?: { city: string | null; country: string | null };
  };
  securityContext?: { isp: string | null };
  authenticationContext: { externalSessionId: string };
  target: { id: string; type: string; displayName: string }[] | null;
}

async function compareActivities(tenant: SandboxTenant, id: string) {
  const { events } = await tenant.events();
  const found = (await api.activities(id, "raw")) as (ActivityAnswer & { raw: OktaEvent })[];
  expect(sorted(found.map(({ externalId }) => externalId))).toEqual(sorted(events.map((event) => event.id)));
  const since = new Date(Date.now() - 7 * 86_400_000).toISOString();
  const logged = await raw<OktaEvent>(
    tenant,
    `/api/v1/logs?since=${since}&until=${new Date().toISOString()}&limit=1000`,
  );
  expect(logged).toHaveLength(events.length);
  const known = (text: string | null | undefined) => (!text || /^unknown$/i.test(text) ? null : text);
  for (const event of logged) {
    const activity = found.find(({ externalId }) => externalId === event.uuid)!;
    expect(activity.raw).toEqual(event);
    expect(activity).toMatchObject({
      eventType: event.eventType,
      occurredAt: new Date(event.published).toISOString(),
      actorName: event.actor.displayName,
      user: event.actor.type === "User" && known(event.actor.id) ? { externalId: event.actor.id } : null,
      outcome:
        { SUCCESS: "SUCCESS", ALLOW: "SUCCESS", FAILURE: "FAILURE", DENY: "FAILURE" }[event.outcome.result] ??
        "UNKNOWN",
      ipAddress: event.client.ipAddress,
      userAgent: event.client.userAgent?.rawUserAgent ?? null,
      city: event.client.geographicalContext?.city ?? null,
      isp: event.securityContext?.isp ?? null,
      sessionId: known(event.authenticationContext.externalSessionId),
      unmapped: false,
    });
    expect(activity.country === null).toBe(!event.client.geographicalContext?.country);
    expect(activity.targets).toEqual(
      (event.target ?? []).map(({ type, id, displayName }) => ({ type, id, name: displayName })),
    );
    if (event.eventType === "user.session.start") expect(activity.category).toBe("LOG_ON");
  }
  expect(new Set(found.map(({ category }) => category))).toEqual(new Set(["LOG_ON", "USER", "ADMIN"]));
  // A user's own page shows the newest of them.
  const newest = new Map<string, string>();
  for (const { user, occurredAt } of found)
    if (user && (newest.get(user.externalId) ?? "") < occurredAt) newest.set(user.externalId, occurredAt);
  for (const user of await api.users(id))
    if (newest.has(user.externalId)) expect(user.lastSeenAt! >= newest.get(user.externalId)!).toBe(true);
}

async function compareApps(tenant: SandboxTenant, id: string) {
  const listed = await raw<{ id: string; label: string; status: string; signOnMode: string }>(
    tenant,
    "/api/v1/apps?limit=200",
  );
  const tokens = await raw<{ id: string; name: string; userId: string }>(tenant, "/api/v1/api-tokens");
  const apps = await api.apps(id);
  expect(sorted(apps.map(({ externalId }) => externalId))).toEqual(
    sorted([...listed.map((app) => app.id), ...tokens.map((token) => `api-token:${token.id}`)]),
  );
  for (const app of listed) {
    const grants =
      app.signOnMode === "OPENID_CONNECT"
        ? await raw<{ scopeId: string; status: string }>(tenant, `/api/v1/apps/${app.id}/grants`)
        : [];
    const scopes = grants.filter(({ status }) => status === "ACTIVE").map(({ scopeId }) => scopeId);
    expect(apps.find(({ externalId }) => externalId === app.id)).toMatchObject({
      name: app.label,
      scopes,
      permissionLevel: scopes.some((one) => one.endsWith(".manage")) ? "HIGH" : scopes.length > 0 ? "MEDIUM" : "LOW",
      state: app.status === "INACTIVE" ? "BANNED" : "UNDETERMINED",
    });
  }
  for (const token of tokens) {
    expect(apps.find(({ externalId }) => externalId === `api-token:${token.id}`)).toMatchObject({
      name: `API token ${token.name}`,
      permissionLevel: "HIGH",
      userCount: 1,
      users: { nodes: [{ externalId: token.userId }] },
    });
  }
}
