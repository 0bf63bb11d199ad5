import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, type Db, openDatabase, rawSql, tables } from "#db/client.ts";
import type { Policy } from "#db/tables/policies.ts";
import { builtInPolicies } from "#src/detection/anomalies/built-in.ts";
import { slugs } from "#src/detection/anomalies/catalogue.ts";
import { runDetections } from "#src/detection/anomalies/index.ts";
import { seedBuiltInPolicies } from "#src/detection/policies/built-in.ts";
import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { random } from "../../support/random.ts";
import { generateMonth, late, locate, type Month } from "./month.ts";

const seed = Number(process.env.TEST_SEED ?? 20_261_121);
const core = { now: () => new Date("2026-11-21T00:00:00Z"), log: pino({ level: "silent" }) };

describe(`a month of a hundred people (seed ${seed})`, () => {
  let home: TestDatabase;
  let database: Database;
  let policies: Policy[];
  let month: Month;
  let first: Outcome;

  beforeAll(async () => {
    home = await createTestDatabase();
    database = openDatabase(home.url, { max: 2 });
    const { db } = database;
    const instances = await db
      .insert(tables.instances)
      .values(["okta", "slack"].map((slug) => ({ connectorSlug: slug, name: slug, status: "CONNECTED" as const })))
      .returning({ id: tables.instances.id });
    const [directory, app] = instances.map(({ id }) => id) as [number, number];
    month = generateMonth(directory, app, seed);
    await addPeople(db, month, directory, app);
    await seedBuiltInPolicies(db, builtInPolicies, core.now());
    policies = await db.select().from(tables.policies);
    first = await replay(month.activities, 500);
  }, 120_000);

  afterAll(async () => {
    await database.close();
    await home.drop();
  });

  /** Everything from nothing, in batches; what stands at the end. */
  async function replay(
    arriving: readonly EvaluatedActivity[],
    batch: number | (() => number),
    breaks = () => false,
  ): Promise<Outcome> {
    const sql = rawSql(database.db);
    await sql`truncate detection_states, customs, alerts, suppressed_findings cascade`;
    for (let at = 0; at < arriving.length; ) {
      const size = typeof batch === "number" ? batch : batch();
      const activities = arriving.slice(at, at + size);
      const isBroken = breaks();
      const run = database.db.transaction(async (tx) => {
        await runDetections(tx as unknown as Db, core, activities, policies, () => null, locate);
        if (isBroken) throw new Error("killed");
      });
      await run.catch((error) => expect(error.message).toBe("killed"));
      if (!isBroken) at += size;
    }
    return {
      alerts: [
        ...(await sql`
        select p.slug, a.instance_id, a.user_id, a.severity, a.status, a.title, a.explanation, a.evidence, a.dedup_key, a.occurrences, a.last_occurred_at, a.resolution
        from alerts a join policies p on p.id = a.policy_id order by a.instance_id, a.dedup_key`),
      ],
      suppressed: [
        ...(await sql`
        select s.*, p.slug from suppressed_findings s join policies p on p.id = s.policy_id order by s.instance_id, s.occurred_at, s.external_id, s.policy_id`),
      ],
    };
  }

  it("raises alerts of all eight kinds, and not many about the innocent", () => {
    const counts = Object.fromEntries(slugs.map((slug) => [slug, 0]));
    for (const { slug } of first.alerts) counts[String(slug)]! += 1;
    for (const slug of slugs) expect(counts[slug], slug).toBeGreaterThan(0);
    expect(counts["terminated-user-activity"]).toBeLessThanOrEqual(3);
    expect(counts["anonymous-ip"]).toBeGreaterThan(8);
    expect(counts["multiple-failed-logins"]).toBeGreaterThan(6);
    // Trips that were real are among them; how many there are depends on the seed.
    expect(first.alerts.length).toBeLessThan(200);
    expect(new Set(first.suppressed.map(({ rule }) => rule))).toContain("learning");
    expect(month.activities.length).toBeGreaterThan(25_000);
  });

  it("gives the same on a second replay, in batches of another size", async () => {
    expect(await replay(month.activities, 2000)).toEqual(first);
  }, 120_000);

  it("gives the same when each activity comes up to an hour late", async () => {
    const chance = random(seed + 1);
    const outcome = await replay(late(month.activities, seed + 2), () => 1 + chance.whole(1500));
    expect(outcome.alerts.map((alert) => alert.dedup_key)).toEqual(first.alerts.map((alert) => alert.dedup_key));
    expect(outcome).toEqual(first);
  }, 120_000);

  it("gives the same when it is killed again and again, and late besides", async () => {
    const chance = random(seed + 3);
    const outcome = await replay(late(month.activities, seed + 4), 700, () => chance.chance(0.3));
    expect(outcome).toEqual(first);
  }, 120_000);
});

interface Outcome {
  alerts: Record<string, unknown>[];
  suppressed: Record<string, unknown>[];
}

/** Each person has an account in either instance; the directory has removed one of them. */
async function addPeople(db: Db, month: Month, directory: number, app: number): Promise<void> {
  const identities = await db
    .insert(tables.identities)
    .values(
      month.users.map((user) => ({
        email: `${user}@example.com`,
        ...(user === month.terminated.user
          ? { terminatedAt: new Date(month.terminated.at), terminatedInstanceId: directory }
          : {}),
      })),
    )
    .returning({ id: tables.identities.id });
  await db.insert(tables.users).values(
    [directory, app].flatMap((instanceId) =>
      month.users.map((user, n) => ({
        instanceId,
        externalId: user,
        displayName: `Person ${n}`,
        status: "ACTIVE",
        identityId: identities[n]!.id,
      })),
    ),
  );
}
