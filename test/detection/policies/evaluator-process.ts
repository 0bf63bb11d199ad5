// Evaluates policies until it is killed: `node evaluator-process.ts <database url>`. Small batches, so that there are many commits.
import { pino } from "pino";
import { openDatabase } from "#db/client.ts";
import type { Core } from "#src/core.ts";
import { runConsumer } from "#src/realtime/consumer.ts";
import { policyConsumer } from "#src/response/evaluation/consumer.ts";

const database = openDatabase(process.argv[2] as string, { max: 2 });
const core = { db: database.db, log: pino({ level: "warn" }), now: () => new Date() } as Core;
const { wake } = runConsumer(core, { ...policyConsumer(core), activities: 5 });
// In place of the notifications of the log.
setInterval(wake, 50);
console.log("evaluating");
