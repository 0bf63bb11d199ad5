import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { type Database, openDatabase, tables } from "../db/client.ts";
import type { Core } from "../src/core.ts";
import { builtInPolicies } from "../src/detection/anomalies/built-in.ts";
import { seedBuiltInPolicies } from "../src/detection/policies/built-in.ts";
import type { StoredFilter } from "../src/detection/policies/stored-filter.ts";
import { registerConsumer, runConsumer } from "../src/realtime/consumer.ts";
import { logChannel } from "../src/realtime/publish.ts";
import { policyConsumer } from "../src/response/evaluation/consumer.ts";

export const policyCount = 500;

/** Evaluates policies and detections in this process, as a worker does, from the present end of the log on: once it is started. */
export async function prepareEvaluation(
  url: string,
): Promise<{ start(): Promise<void>; done(): Promise<void>; stop(): Promise<void> }> {
  const database = openDatabase(url, { max: 3 });
  const { db, sql } = database;
  const core = { db, log: pino({ level: "warn" }), now: () => new Date() } as Core;
  await makePolicies(database);
  await seedBuiltInPolicies(db, builtInPolicies, new Date());
  const consumer = policyConsumer(core);
  await registerConsumer(db, consumer.name);
  await sql`update log_consumers set position = log_end() where name = ${consumer.name}`;
  let running: ReturnType<typeof runConsumer> | null = null;
  await sql.listen(logChannel, () => running?.wake());
  return {
    async start() {
      running = runConsumer(core, consumer);
    },
    async done() {
      const [end] = await sql<
        { position: number }[]
      >`select max(position) as position from activity_log where topic = 'activities'`;
      for (;;) {
        const [row] = await sql<
          { position: number }[]
        >`select position from log_consumers where name = ${consumer.name}`;
        if (Number(row?.position) >= Number(end?.position)) return;
        await sleep(5);
      }
    },
    async stop() {
      await running?.stop();
      await database.close();
    },
  };
}

/** What admins write: most about event types, some about accounts, addresses and countries; a tenth count towards a threshold. */
async function makePolicies({ db, sql }: Database): Promise<void> {
  await sql`delete from policies where not built_in`;
  await sql`truncate policy_matches, threshold_hits, suppressed_findings, alerts, detection_states, customs cascade`;
  const id = (type: string, key: string) => Buffer.from(`${type}:${key}`).toString("base64url");
  const person = (n: number) => id("User", `1/00u${(100_000 + n).toString(16).padStart(17, "0")}`);
  const filters: ((n: number) => StoredFilter)[] = [
    (n) => ({ eventTypes: [`app.event.${n}`, `app.other.${n}`], outcomes: ["SUCCESS"] }),
    (n) => ({ eventTypes: ["user.session.start"], countries: [`${letter(n)}${letter(n >> 3)}`] }),
    (n) => ({ userIds: [person(n)], categories: ["ADMIN"] }),
    (n) => ({ ipAddresses: [`10.1.${n % 250}.${n % 250}`, `203.0.113.${n % 250}`], not: { outcomes: ["FAILURE"] } }),
    (n) => ({ categories: ["LOG_ON"], outcomes: ["FAILURE"], actor: `Holt ${n}` }),
  ];
  await db.insert(tables.policies).values(
    Array.from({ length: policyCount }, (_, n) => ({
      name: `Policy ${n}`,
      kind: "ACTIVITY" as const,
      severity: "LOW" as const,
      filter: filters[n % filters.length]!(n),
      threshold: n % 10 === 4 ? { count: 5, windowSeconds: 3600, sameUser: true, sameInstance: true } : null,
      createdBy: "bench",
    })),
  );
}

function letter(n: number): string {
  return String.fromCharCode(65 + (n % 26));
}
