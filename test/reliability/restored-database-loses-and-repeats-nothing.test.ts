import { afterAll, beforeAll, expect, test } from "vitest";
import { type Added, activityAdded, apiOf, until } from "../e2e/support.ts";
import { startSyslog } from "../response/destinations/receivers.ts";
import { copyTestDatabase, type TestDatabase } from "../support/database.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { type Sandbox, type SandboxTenant, startSandbox } from "../support/sandbox.ts";

/** Events before and after the restore; of each kind of account one in ten is attacked. */
const [lost, later] = process.env.SOAK ? [2000, 3000] : [50, 30];
const attacks = 5;
/** An address that no other event of the tenant comes from. */
const attacker = "203.0.113.66";

let sandbox: Sandbox;
let tenant: SandboxTenant;
let first: Gatehouse;
let second: Gatehouse;
let backup: TestDatabase;
let instanceId: string;
const collector = { messages: [] as string[] };

beforeAll(async () => {
  sandbox = await startSandbox();
  const syslog = await startSyslog("tcp");
  collector.messages = syslog.messages;
  first = await startGatehouse({ sandboxUrl: sandbox.url, env: { DESTINATION_NETWORKS: "127.0.0.0/8" } });
  tenant = await sandbox.createTenant({
    provider: "okta",
    name: "acme",
    users: 20,
    groups: 2,
    events: 20,
    unlimited: true,
  });
  const api = apiOf(first);
  const { domain, apiToken } = tenant.credentials;
  instanceId = await api.connected("okta", "Acme", { mode: "token", domain, token: apiToken });
  await api.scanned(instanceId);
  await first.graphql(
    `mutation ($input: PolicyInput!) { createPolicy(input: $input) { policy { id } userErrors { message } } }`,
    {
      input: {
        kind: "ACTIVITY",
        severity: "HIGH",
        name: "Attacked",
        activityFilter: { eventTypes: ["user.session.start"], ipAddresses: [attacker] },
        actions: [{ kind: "REQUIRE_SIGN_IN_AGAIN" }],
      },
    },
  );
  const { createDestination } = await first.graphql<{ createDestination: { userErrors: unknown[] } }>(
    "mutation ($input: CreateDestinationInput!) { createDestination(input: $input) { userErrors { message } } }",
    { input: { kind: "SYSLOG", name: "SIEM", target: syslog.target, format: "JSON", alerts: true } },
  );
  expect(createDestination.userErrors).toEqual([]);
});
afterAll(async () => {
  await second?.stop();
  await first?.stop();
  await backup?.drop();
  await sandbox?.stop();
});

const signOuts = async () => (await tenant.calls())["DELETE /api/v1/users/:id/sessions"] ?? 0;

/** Ids of the alerts about our policy that the collector was sent, with repeats. */
const alertsSent = () =>
  collector.messages.flatMap((message) => {
    const event = JSON.parse(message.slice(message.indexOf("{"))) as { id: string; alert: { title: string } };
    return event.alert.title.startsWith("Attacked") ? [event.id] : [];
  });

/** Happens at the provider; resolves with the ids of the events. */
async function happen(count: number, attacked: readonly string[]): Promise<string[]> {
  const ids = (await tenant.emit({ count, type: "group.user_membership.add" })).map(({ id }) => id!);
  for (const actor of attacked)
    ids.push(...(await tenant.emit({ type: "user.session.start", actor, ip: attacker })).map(({ id }) => id!));
  return ids;
}

const scanNow = (gatehouse: Gatehouse) => apiOf(gatehouse).startScan(instanceId, ["ACTIVITIES"]);

async function follow(gatehouse: Gatehouse, after: string | null, wanted: readonly string[]) {
  const subscriber = await gatehouse.subscribe<Added>(activityAdded, { after });
  const ids = () => new Set(subscriber.received.map(({ activityAdded: { activity } }) => activity.externalId));
  await until(
    async () => (wanted.every((id) => ids().has(id)) ? "all" : subscriber.errors.length > 0 ? "failed" : ""),
    (found) => found !== "",
  );
  await subscriber.close();
  return { cursor: subscriber.received.at(-1)?.activityAdded.cursor ?? null, ids: ids(), errors: subscriber.errors };
}

interface Action {
  status: string;
  error: string | null;
}
const actions = async (gatehouse: Gatehouse) =>
  (
    await gatehouse.graphql<{ governanceActions: { nodes: Action[] } }>(
      "{ governanceActions(first: 100) { nodes { status error } } }",
    )
  ).governanceActions.nodes;

test("an older database: no event is missed, no action repeated, and repeats are recognised", async () => {
  const users = (await tenant.userIds()).ids.slice(0, attacks + 1);
  const { streamPosition } = await first.graphql<{ streamPosition: { newest: string } }>(
    "{ streamPosition { newest } }",
  );
  backup = await copyTestDatabase(first.databaseUrl);

  // Life goes on, and is lost.
  const lostIds = await happen(lost, users.slice(0, attacks));
  await scanNow(first);
  const before = await follow(first, streamPosition.newest, lostIds);
  await until(signOuts, (count) => count === attacks);
  await until(
    async () => alertsSent().length,
    (count) => count === attacks,
  );
  const known = new Set(alertsSent());
  expect(known.size).toBe(attacks);
  await first.process.kill("SIGTERM");

  // The backup of before takes its place.
  second = await startGatehouse({
    sandboxUrl: sandbox.url,
    env: { DESTINATION_NETWORKS: "127.0.0.0/8" },
    existing: { databaseUrl: backup.url, token: first.token },
  });
  const laterIds = await happen(later, []);
  await scanNow(second);
  const api = apiOf(second);
  await until(
    () => api.activities(instanceId),
    (found) => {
      const stored = new Set(found.map(({ externalId }) => externalId));
      return [...lostIds, ...laterIds].every((id) => stored.has(id));
    },
  );

  // Positions are given out again: the old cursor would skip what lies below it.
  const refused = await follow(second, before.cursor, laterIds);
  expect(refused.errors).toMatchObject([{ extensions: { code: "CURSOR_EXPIRED", oldest: expect.any(String) } }]);
  expect(refused.errors[0]!.message).toContain("restored from a backup");
  const resumed = await follow(second, refused.errors[0]!.extensions.oldest!, laterIds);
  expect(laterIds.filter((id) => !resumed.ids.has(id))).toEqual([]);
  // What was seen before the backup holds the same today: resuming there is right, and misses nothing.
  const early = await follow(second, streamPosition.newest, [...lostIds, ...laterIds]);
  expect(early.errors).toEqual([]);
  expect([...lostIds, ...laterIds].filter((id) => !early.ids.has(id))).toEqual([]);

  // The alerts are raised again, since this database does not know them: their ids tell, and nobody is signed out again.
  await until(
    async () => alertsSent().length,
    (count) => count === 2 * attacks,
  );
  expect(new Set(alertsSent())).toEqual(known);
  const { destinations } = await second.graphql<{
    destinations: { deliveries: { nodes: { mayRepeat: boolean; eventId: string }[] } }[];
  }>("{ destinations { deliveries { nodes { mayRepeat eventId } } } }");
  const deliveries = destinations.flatMap((each) => each.deliveries.nodes);
  expect(deliveries.every(({ mayRepeat }) => mayRepeat)).toBe(true);
  const held = await actions(second);
  expect(held).toHaveLength(attacks);
  expect(held.every(({ status, error }) => status === "AWAITING_APPROVAL" && error?.includes("backup"))).toBe(true);
  expect(await signOuts()).toBe(attacks);

  // What happens from now on is acted on as ever.
  await happen(1, users.slice(attacks));
  await scanNow(second);
  await until(signOuts, (count) => count === attacks + 1);
  await until(
    async () => alertsSent().length,
    (count) => count === 2 * attacks + 1,
  );
  expect(new Set(alertsSent()).size).toBe(attacks + 1);
  expect(await api.audit(["database.restored"])).toMatchObject([{ result: "ok", actor: "system" }]);
});
