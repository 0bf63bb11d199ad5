// A process that opens a data directory, tells what it got, and stops when it is told: what the tests kill.
// node opener.ts <dataDirectory> [sharedFolder]
import postgres from "postgres";
import { openEmbedded } from "#src/platform/postgres/index.ts";

const [dataDirectory = "", sharedFolder] = process.argv.slice(2);
const startedAt = performance.now();
const database = await openEmbedded({
  dataDirectory,
  log: (line) => console.log(`log: ${line}`),
  settings: { fsync: "off" },
  ...(sharedFolder ? { sharedFolder } : {}),
});
const ms = Math.round(performance.now() - startedAt);
const { url, owned } = database;
const sql = postgres(url, { max: 1 });
const alive = setInterval(() => {}, 1000);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    // What a gateway does while it drains: it still needs its database.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const [row] = await sql`select 42 as answer`;
    console.log(`drained ${row?.answer}`);
    await sql.end();
    await database.stop();
    console.log("stopped");
    clearInterval(alive);
  });
}

await sql`select 1`;
console.log(`opened ${JSON.stringify({ url, owned, ms })}`);
