import { expect } from "vitest";
import type { SandboxEvent } from "../../sandbox/provider.ts";
import type { SandboxTenant } from "../support/sandbox.ts";
import { ends, streamsAndPauses } from "./life.ts";
import { api, browser, gatehouse, sandbox } from "./shared.ts";
import { type ActivityAnswer, sorted, until } from "./support.ts";

const tenantOf = (name: string, more: object = {}): Promise<SandboxTenant> =>
  sandbox.createTenant({ provider: "workplace", name, users: 12, groups: 2, ...more });

function asAdmin({ credentials }: SandboxTenant, address: string): Promise<Response> {
  return fetch(`${sandbox.url}/${address}`, { headers: { authorization: `Bearer ${credentials.accessToken}` } });
}

/** Workplace's own answer, all pages: what ours is compared with. */
async function raw<T>(tenant: SandboxTenant, path: string): Promise<T[]> {
  const items: T[] = [];
  let address: string | undefined = `graph.workplace.com${path}`;
  while (address) {
    const response: Response = await asAdmin(tenant, address);
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    const body = (await response.json()) as { data: T[]; paging?: { next?: string } };
    items.push(...body.data);
    address = body.paging?.next?.replace("https://", "");
  }
  return items;
}

async function subscriptions(tenant: SandboxTenant): Promise<string[]> {
  const { appId, appSecret } = tenant.credentials;
  const response = await fetch(`${sandbox.url}/graph.facebook.com/${appId}/subscriptions`, {
    headers: { authorization: `Bearer ${appId}|${appSecret}` },
  });
  return ((await response.json()) as { data: { callback_url: string }[] }).data.map((one) => one.callback_url);
}

/** Workplace gives events no id: type, time and people tell them apart. */
const keyOf = (event: SandboxEvent) => `${event.type} ${new Date(event.at).toISOString()} ${event.actor}`;

/** Connects by the install dialog, reads everything, streams, and ends. */
export async function workplaceLives(): Promise<void> {
  const tenant = await tenantOf("acme", { users: 130, groups: 4 });
  const { appId, appSecret, communityId } = tenant.credentials as Record<string, string>;
  const { instance, authorizationUrl, userErrors } = await api.connect("workplace", "Acme", { appId, appSecret });
  expect(userErrors).toEqual([]);
  expect(instance).toMatchObject({ status: "AWAITING_AUTHORIZATION", settings: { appId } });
  const { id } = instance!;
  const page = await browser.newPage();
  const install = async (url: string | null) => {
    await page.goto(url!);
    await page.selectOption("#community", communityId!);
    await page.check("#all-groups");
    await page.click("#allow");
    await page.waitForURL(/\/oauth\/callback/);
  };
  await install(authorizationUrl);
  expect(await page.textContent("h1")).toBe("Workplace by Meta is connected");
  expect(await api.instance(id)).toMatchObject({
    status: "CONNECTED",
    externalAccountId: communityId,
    accountName: "Acme",
  });
  await api.scanned(id);

  await compareUsers(tenant, id);
  await compareGroups(tenant, id);
  await until(
    () => subscriptions(tenant),
    (urls) => urls.length === 1,
  );
  await compareActivities(tenant, id);

  const people = (await api.users(id)).flatMap(({ email, status }) => (email && status === "ACTIVE" ? [email] : []));
  const life = {
    ...{ gatehouse, api, tenant, id, keepsEvents: false },
    // Each time somebody else.
    emit: (count = 1) => tenant.emit({ count, type: "LOG_IN", actor: people.pop()! }),
    hooks: () => subscriptions(tenant),
    same: keyOf,
  };
  await streamsAndPauses(life);

  // The token of a custom integration takes the place of the installed app, and back again by the dialog.
  await api.disable(id);
  const byToken = await api.enable(id, { accessToken: tenant.credentials.accessToken });
  expect(byToken).toMatchObject({ authorizationUrl: null, userErrors: [], instance: { status: "CONNECTED" } });
  await api.disable(id);
  const byDialog = await api.enable(id, { accessToken: null });
  expect(byDialog).toMatchObject({ userErrors: [], instance: { status: "AWAITING_AUTHORIZATION" } });
  await install(byDialog.authorizationUrl);
  expect((await api.instance(id)).status).toBe("CONNECTED");
  await ends(life);
}

interface Member {
  id: string;
  name: string;
}

async function compareUsers(tenant: SandboxTenant, id: string) {
  const users = (await api.users(id)).filter(({ status }) => status !== "UNKNOWN");
  expect(sorted(users.map(({ externalId }) => externalId))).toEqual(sorted((await tenant.userIds()).ids));
  const details = "urn:ietf:params:scim:schemas:extension:facebook:accountstatusdetails:2.0:User";
  type ScimUser = { id: string; userName?: string; active: boolean; name: { formatted: string } } & {
    [details]?: { claimed?: boolean };
  };
  const answer = await asAdmin(tenant, "scim.workplace.com/Users?count=100&startIndex=1");
  const { Resources } = (await answer.json()) as { Resources: ScimUser[] };
  expect(Resources).toHaveLength(100);
  const admins = new Set((await raw<Member>(tenant, "/community/admins?limit=100")).map((admin) => admin.id));
  const administrator = { externalId: "community-admin", name: "Community administrator", isAdmin: true };
  for (const { id: externalId, userName = null, name, active, [details]: account } of Resources) {
    expect(users.find((one) => one.externalId === externalId)).toMatchObject({
      ...{ login: userName, email: userName, displayName: name.formatted, isExternal: false, type: "HUMAN" },
      status: !active ? "SUSPENDED" : account?.claimed ? "ACTIVE" : "INVITED",
      isAdmin: admins.has(externalId),
      privileges: admins.has(externalId) ? [administrator] : [],
    });
  }
  expect(users.filter(({ isAdmin }) => isAdmin)).toHaveLength(admins.size);
  expect(await api.apps(id)).toEqual([]);
}

async function compareGroups(tenant: SandboxTenant, id: string) {
  const listed = await raw<Member>(tenant, "/community/groups?fields=id,name&limit=100");
  const groups = await api.groups(id);
  expect(sorted(groups.keys())).toEqual(sorted(listed.map((group) => group.id)));
  for (const group of listed) {
    const members = await raw<Member>(tenant, `/${group.id}/members?limit=100`);
    expect(groups.get(group.id)).toEqual({ name: group.name, members: sorted(members.map((member) => member.id)) });
  }
}

/** Nothing of before; everything since, the moment it happens. */
async function compareActivities(tenant: SandboxTenant, id: string) {
  const before = (await tenant.events(0, 1)).total;
  const [person] = (await tenant.userIds(5, 1)).ids;
  await tenant.emit({ count: 30 });
  await tenant.emit({ type: "LOG_IN_FAILED", actor: person!, ip: "203.0.113.77" });
  const { events } = await tenant.events(before, 31);
  const found = (await until(
    () => api.activities(id, "raw"),
    (activities) => activities.length >= 31,
  )) as (ActivityAnswer & { raw: { value: Record<string, string | undefined> } })[];
  expect(sorted(found.map(({ eventType, occurredAt }) => `${eventType} ${occurredAt}`))).toEqual(
    sorted(events.map(({ type, at }) => `${type} ${new Date(at).toISOString()}`)),
  );
  for (const activity of found) {
    const { value } = activity.raw;
    expect(activity).toMatchObject({
      eventType: value.event,
      ipAddress: value.ip ?? null,
      userAgent: value.useragent ?? null,
      unmapped: false,
    });
    if (value.actor_id) expect(activity.user).toEqual({ externalId: value.actor_id });
    if (value.actor_email) expect(activity.actorName).toBe(value.actor_email);
  }
  expect(found.find(({ ipAddress }) => ipAddress === "203.0.113.77")).toMatchObject({
    category: "LOG_ON",
    outcome: "FAILURE",
    user: { externalId: person },
  });
}
