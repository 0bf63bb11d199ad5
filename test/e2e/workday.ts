import { createHash } from "node:crypto";
import { expect } from "vitest";
import type { SandboxEvent } from "../../sandbox/provider.ts";
import type { SandboxTenant } from "../support/sandbox.ts";
import { ends, streamsAndPauses } from "./life.ts";
import { api, browser, gatehouse, sandbox } from "./shared.ts";
import { type ActivityAnswer, sorted } from "./support.ts";

/** The next three events are activities, enough for a changed shape: every fifth is a sign-on. */
const tenantOf = (name: string, more: object = {}): Promise<SandboxTenant> =>
  sandbox.createTenant({ provider: "workday", name, users: 12, events: 61, historyDays: 5, ...more });

function settingsOf({ credentials }: SandboxTenant): Record<string, string> {
  const { clientId, clientSecret, restEndpoint, tokenEndpoint, authorizationEndpoint, refreshToken } =
    credentials as Record<string, string>;
  return { clientId, clientSecret, restEndpoint, tokenEndpoint, authorizationEndpoint, refreshToken } as Record<
    string,
    string
  >;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

type LoggedEvent = SandboxEvent & { log: "activities" | "signons"; signoffAt?: number };

/** Our id of every row: equal ones numbered; a sign-on row also tells of a new password, and later of its sign-off. */
function numbered(events: LoggedEvent[]): { event: LoggedEvent; id: string }[] {
  const seen = new Map<string, number>();
  return events.map((event) => {
    const count = (seen.get(event.id!) ?? 0) + 1;
    seen.set(event.id!, count);
    return { event, id: sha256(event.id!) + (count > 1 ? `-${count}` : "") };
  });
}

function expectedIds(events: LoggedEvent[], at: number): string[] {
  return numbered(events).flatMap(({ event, id }) => [
    id,
    ...(event.type === "Password Changed" ? [`${id}-password`] : []),
    ...(event.signoffAt !== undefined && event.signoffAt <= at ? [`${id}-signoff`] : []),
  ]);
}

/** Workday's own answer: what ours is compared with. */
async function raw<T>(tenant: SandboxTenant, path: string): Promise<T[]> {
  const { tokenEndpoint, clientId, clientSecret, refreshToken } = tenant.credentials as Record<string, string>;
  const inSandbox = (url: string) => url.replace("https://", `${sandbox.url}/`);
  const token = await fetch(inSandbox(tokenEndpoint!), {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken! }),
  });
  const { access_token } = (await token.json()) as { access_token: string };
  const items: T[] = [];
  for (;;) {
    const url = `${inSandbox(new URL(tenant.credentials.restEndpoint!).origin)}${path}&offset=${items.length}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${access_token}` } });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    const { total, data } = (await response.json()) as { total: number; data: T[] };
    items.push(...data);
    if (items.length >= total) return items;
  }
}

/** Connects by consent in the browser, reads everything, streams, and ends. */
export async function workdayLives(): Promise<void> {
  const tenant = await tenantOf("acme", { users: 130, events: 600 });
  const { refreshToken: _, ...settings } = settingsOf(tenant);
  const { instance, authorizationUrl, userErrors } = await api.connect("workday", "Acme", settings);
  expect(userErrors).toEqual([]);
  expect(instance!.status).toBe("AWAITING_AUTHORIZATION");
  const { id } = instance!;
  const page = await browser.newPage();
  await page.goto(authorizationUrl!);
  await page.click("#allow");
  await page.waitForURL(/\/oauth\/callback/);
  expect(await page.textContent("h1")).toBe("Workday is connected");
  expect(await api.instance(id)).toMatchObject({
    status: "CONNECTED",
    externalAccountId: "acme@wd5-services1.myworkday.com",
    accountName: "acme",
    settings: { clientId: settings.clientId },
  });
  const { health } = await api.scanned(id);
  expect(health.streams.map(({ stream }) => stream)).toEqual(["USERS", "ACTIVITIES", "POSTURE"]);

  await compareUsers(tenant, id);
  await compareActivities(tenant, id);

  await leaves(tenant, id);

  const life = {
    ...{ gatehouse, api, tenant, id, keepsEvents: true },
    emit: (count = 1) => tenant.emit({ count, type: "Signon" }),
    idOf: (event: SandboxEvent) => sha256(event.id!),
    // Workday has no webhooks: whoever cannot wait for the minute asks.
    poke: () => api.startScan(id, ["ACTIVITIES"]),
  };
  await streamsAndPauses(life);

  // A refresh token in the settings takes the place of a consent.
  await api.disable(id);
  const again = await api.enable(id, { refreshToken: tenant.credentials.refreshToken });
  expect(again).toMatchObject({ authorizationUrl: null, userErrors: [], instance: { status: "CONNECTED" } });
  await ends(life);
}

interface Worker {
  id: string;
  descriptor: string;
  primaryWorkEmail: string;
}

async function compareUsers(tenant: SandboxTenant, id: string) {
  const users = (await api.users(id)).filter(({ status }) => status !== "UNKNOWN");
  expect(sorted(users.map(({ externalId }) => externalId))).toEqual(sorted((await tenant.userIds()).ids));
  const workers = await raw<Worker>(tenant, "/ccx/api/v1/acme/workers?limit=100");
  expect(workers).toHaveLength(users.length);
  for (const worker of workers) {
    expect(users.find(({ externalId }) => externalId === worker.id)).toMatchObject({
      login: expect.stringMatching(/\S/),
      email: worker.primaryWorkEmail,
      displayName: worker.descriptor,
      status: "ACTIVE",
      isAdmin: false,
      type: "HUMAN",
      privileges: [],
      identity: { email: worker.primaryWorkEmail.toLowerCase() },
    });
  }
  expect((await api.groups(id)).size).toBe(0);
  expect(await api.apps(id)).toEqual([]);
}

/** Workday no longer lists who was terminated. */
async function leaves(tenant: SandboxTenant, id: string) {
  const [leaver] = (await api.users(id)).filter(({ status }) => status === "ACTIVE");
  await tenant.change("delete-user", { user: leaver!.externalId });
  expect(await api.scan(id, "USERS")).toMatchObject({ status: "SUCCEEDED" });
  const { identities } = await gatehouse.graphql<{ identities: { nodes: object[] } }>(
    "query ($email: String) { identities(search: $email) { nodes { terminatedAt terminatedSource { id } } } }",
    { email: leaver!.email },
  );
  expect(identities.nodes).toEqual([{ terminatedAt: expect.any(String), terminatedSource: { id } }]);
}

interface Entry {
  requestTime: string;
  systemAccount: string;
  taskDisplayName: string;
  activityAction: string;
  sessionId?: string;
  ipAddress?: string;
  userAgent?: string;
  taskId: string;
  target?: { id: string; descriptor: string };
}

async function compareActivities(tenant: SandboxTenant, id: string) {
  const { events } = (await tenant.events(0, 5000)) as unknown as { events: LoggedEvent[] };
  const found = (await api.activities(id, "raw")) as (ActivityAnswer & { raw: Record<string, string> })[];
  const byId = new Map(found.map((activity) => [activity.externalId, activity]));
  expect(byId.size).toBe(found.length);
  // The clock runs: a sign-off of the last minute may be there or not.
  const latest = new Set(expectedIds(events, Date.now()));
  expect([...byId.keys()].filter((one) => !latest.has(one))).toEqual([]);
  expect(expectedIds(events, Date.now() - 60_000).filter((one) => !byId.has(one))).toEqual([]);

  const users = new Map((await api.users(id)).map((user) => [user.login, user]));
  for (const { event, id: externalId } of numbered(events)) {
    const activity = byId.get(externalId)!;
    expect(activity.occurredAt).toBe(new Date(event.at).toISOString());
    expect(activity.actorName).toBe(event.actor);
    expect(activity.user?.externalId).toBe(users.get(event.actor)?.externalId);
    expect(activity.description).toContain(event.actor);
    expect(activity.unmapped).toBe(false);
    if (event.log === "signons") {
      expect(activity.category).toBe("LOG_ON");
      expect(activity.outcome).toBe(activity.eventType === "Failed Signon" ? "FAILURE" : "SUCCESS");
    }
  }
  const from = new Date(Date.now() - 6 * 86_400_000).toISOString().slice(0, 19);
  const to = new Date().toISOString().slice(0, 19);
  const query = `from=${from}Z&to=${to}Z&limit=1000&instancesReturned=1`;
  const entries = await raw<Entry>(tenant, `/ccx/api/privacy/v1/acme/activityLogging?${query}`);
  expect(entries).toHaveLength(events.filter(({ log }) => log === "activities").length);
  for (const entry of entries) {
    const parts = [entry.requestTime, entry.systemAccount, entry.taskId, entry.activityAction, entry.sessionId];
    const key = [...parts, entry.target?.id, entry.ipAddress].map((part) => part ?? "").join("|");
    expect(byId.get(sha256(key))).toMatchObject({
      eventType: entry.taskDisplayName ?? entry.activityAction,
      sessionId: entry.sessionId ?? null,
      userAgent: entry.userAgent ?? null,
      targets: entry.target ? [{ id: entry.target.id }] : [],
      outcome: "SUCCESS",
    });
  }
  expect(new Set(found.map(({ category }) => category))).toEqual(new Set(["LOG_ON", "USER", "ADMIN"]));
}
