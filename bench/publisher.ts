// A process of its own that commits activities as a scan does: rows and their log entry in one transaction.
import { setTimeout as sleep } from "node:timers/promises";
import { type Database, type Db, openDatabase, rawSql } from "../db/client.ts";
import type { ActivityRecord } from "../src/connector-kit/contract/records.ts";
import { ensurePartitions, storeActivities } from "../src/inventory/activities/store.ts";
import { publish } from "../src/realtime/publish.ts";
import { answer } from "./processes.ts";

let database: Database;
let number = 0;
let page = 0;

answer({
  async open({ url }: { url: string }) {
    database = openDatabase(url, { max: 4 });
    await ensurePartitions(database.sql, [new Date()]);
  },
  /** One page of an instance, pages in turn over the instances: half of its events sign-ins, half use. */
  async publish({ events }: { events: number }) {
    page += 1;
    await commit(
      1 + (page % 25),
      Array.from({ length: events }, (_, index) => record(index, null)),
    );
  },
  /** One event of every kind, so that each subscriber gets something. */
  async probe() {
    for (let instance = 1; instance <= 25; instance++) await commit(instance, [record(0, null), record(1, null)]);
  },
  /**
   * So many marked events a second, one commit each. Gives the instant before each COMMIT, in ms by the monotonic clock. With a
   * message the log is left out: the message itself goes by NOTIFY.
   */
  async timed({
    perSecond,
    seconds,
    from,
    message,
  }: {
    perSecond: number;
    seconds: number;
    from: number;
    message?: string;
  }) {
    const commits: [number, number][] = [];
    const startedAt = performance.now();
    for (let index = 0; index < perSecond * seconds; index++) {
      const due = startedAt + (index * 1000) / perSecond;
      if (due > performance.now()) await sleep(due - performance.now());
      commits.push([from + index, await commit(1 + (index % 25), [record(index, from + index)], message)]);
    }
    return commits;
  },
  close: () => database.close(),
});

function commit(instanceId: number, records: ActivityRecord[], message?: string): Promise<number> {
  return database.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const stored = await storeActivities(rawSql(tx), instanceId, records);
    if (message === undefined) await publish(tx, "activities", { instanceId, ...stored });
    else
      await rawSql(
        tx,
      )`select pg_notify('bench', ${message.replace(/timed-\d+/, `timed-${String(records[0]?.externalId).slice(6)}`)})`;
    return Number(process.hrtime.bigint()) / 1e6;
  });
}

function record(index: number, timed: number | null): ActivityRecord {
  number += 1;
  const person = number % 800;
  return {
    externalId: timed === null ? `bench-${process.pid}-${number}` : `timed-${String(timed).padStart(8, "0")}`,
    category: index % 2 ? "USER" : "LOG_ON",
    eventType: "bench.event",
    description: `Mira Holt ${person} signed in to Wiki ${number % 60}`,
    occurredAt: new Date(),
    actor: { externalId: `bench${person}`, name: `Mira Holt ${person}`, type: "HUMAN" },
    outcome: "SUCCESS",
    ipAddress: `10.1.2.${number % 250}`,
    country: "FR",
    targets: [],
    raw: { number },
  };
}
