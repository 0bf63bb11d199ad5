import type { Sql } from "postgres";
import { openDatabase } from "#db/client.ts";
import { driverProblem } from "#db/driver/driver.ts";
import { pendingMigrations } from "#db/migrate.ts";
import { verifyAuditChain } from "#src/access/audit-chain.ts";
import type { Config } from "#src/config.ts";
import { inspectSealed } from "#src/instances/secrets.ts";
import { inspectEmbedded } from "#src/platform/postgres/inspect.ts";
import { createKeyRing } from "#src/platform/secrets.ts";
import { checkReachable } from "../database.ts";
import { type Finding, ok, problem, reasonOf, warning } from "./finding.ts";

/** Signatures of webhooks and tokens are good for minutes: a clock may be off by seconds. */
const oddSkewMs = 5_000;
const badSkewMs = 60_000;
const shownInstances = 5;

/** The database and what is in it. `keys` null: there are none to try. */
export async function* checkDatabase(config: Config, keys: Buffer[] | null): AsyncGenerator<Finding, void, void> {
  const unusable = driverProblem();
  if (unusable) {
    yield problem("database driver", unusable);
    return;
  }
  const found =
    config.databaseUrl === null ? await findEmbedded(config.dataDirectory) : await findOwn(config.databaseUrl);
  if ("finding" in found) {
    yield found.finding;
    return;
  }
  const { sql, db, close } = openDatabase(found.url, { max: 1, applicationName: "gatehouse doctor" });
  try {
    yield await describeServer(sql, found.what);
    const { pending, newer } = await pendingMigrations(found.url);
    const migrated = pending === 0;
    if (newer)
      yield problem(
        "migrations",
        "the database was migrated by a newer Gatehouse: start that version, or restore a backup from before the upgrade.",
      );
    else if (!migrated)
      yield warning("migrations", `${pending} pending; the next start applies them, or \`npx gatehouse migrate\` now.`);
    else yield ok("migrations", "up to date");
    yield await checkClock(sql);
    const [table] = await sql`select to_regclass('instances') is not null as exists`;
    if (table?.exists && !newer) {
      if (keys) yield await checkSealed(db, keys);
      if (migrated) yield await checkAudit(sql, keys);
      if (migrated) yield* checkInstances(sql, config.providerSandboxUrl !== null);
    }
  } catch (error) {
    yield problem("database", `it stopped answering (${reasonOf(error)}).`);
  } finally {
    await close();
  }
}

type Found = { url: string; what: string } | { finding: Finding };

async function findEmbedded(dataDirectory: string): Promise<Found> {
  const about = "database";
  try {
    const embedded = await inspectEmbedded(dataDirectory);
    switch (embedded.state) {
      case "running":
        return { url: embedded.url, what: "embedded" };
      case "absent":
        return { finding: ok(about, "embedded PostgreSQL, not created yet; the first start creates it") };
      case "stopped":
        return {
          finding: ok(
            about,
            "embedded PostgreSQL, not running, its files are valid. Migrations, clock and sealed secrets can be checked while Gatehouse runs",
          ),
        };
      case "broken":
        return { finding: problem(about, embedded.problem) };
    }
  } catch (error) {
    return { finding: problem(about, error instanceof Error ? error.message : String(error)) };
  }
}

async function findOwn(url: string): Promise<Found> {
  try {
    await checkReachable(url);
    return { url, what: "DATABASE_URL" };
  } catch (error) {
    return { finding: problem("database", error instanceof Error ? error.message : String(error)) };
  }
}

async function describeServer(sql: Sql, what: string): Promise<Finding> {
  const [row] = await sql`
    select current_setting('server_version') as version, pg_is_in_recovery() as replica, current_setting('default_transaction_read_only') = 'on' as read_only,
      has_database_privilege(current_database(), 'CREATE') and has_schema_privilege('public', 'CREATE') as may_create, current_user as name`;
  const text = `PostgreSQL ${String(row?.version).split(" ")[0]} (${what})`;
  if (row?.replica || row?.read_only)
    return problem("database", `${text} takes no writes. Set DATABASE_URL to the primary.`);
  if (!row?.may_create) {
    return problem(
      "database",
      `${text}: the user ${row?.name} may not create tables. As its owner: \`GRANT CREATE ON DATABASE … TO ${row?.name}; GRANT CREATE ON SCHEMA public TO ${row?.name};\``,
    );
  }
  return ok("database", text);
}

async function checkClock(sql: Sql): Promise<Finding> {
  const before = Date.now();
  const [row] = await sql<{ ms: string }[]>`select (extract(epoch from clock_timestamp()) * 1000)::text as ms`;
  const after = Date.now();
  const skewMs = Math.abs(Number(row?.ms) - (before + after) / 2);
  const text = `this machine and the database are ${(skewMs / 1000).toFixed(1)} s apart`;
  if (skewMs > badSkewMs)
    return problem("clock", `${text}: tokens and webhooks will be refused. Set the clocks (NTP).`);
  return skewMs > oddSkewMs ? warning("clock", `${text}. Set the clocks (NTP).`) : ok("clock", text);
}

/** Instances that read nothing until a person acts. */
async function* checkInstances(sql: Sql, hasSandbox: boolean): AsyncGenerator<Finding, void, void> {
  const about = "instances";
  const rows = await sql<{ name: string; status: string; reason: string | null; viaSandbox: boolean }[]>`
    select name, status, status_reason as reason, via_sandbox as "viaSandbox" from instances where status <> 'DISCONNECTED' order by id`;
  const isLeftOut = (row: { viaSandbox: boolean }) => row.viaSandbox && !hasSandbox;
  const leftOut = rows.filter(isLeftOut);
  const broken = rows.filter((row) => row.status === "ERROR" && !isLeftOut(row));
  const connected = rows.filter((row) => row.status === "CONNECTED" && !isLeftOut(row)).length;
  if (leftOut.length > 0) {
    yield problem(
      about,
      `${namesOf(leftOut)}: connected through a provider sandbox, and PROVIDER_SANDBOX_URL is not set, so nothing is sent to the app. Disconnect each, or set PROVIDER_SANDBOX_URL again.`,
    );
  }
  for (const { name, reason } of broken.slice(0, shownInstances))
    yield problem(about, `"${name}" is in ERROR: ${reason ?? "no reason is known."}`);
  if (broken.length > shownInstances) yield problem(about, `${broken.length - shownInstances} more are in ERROR.`);
  if (leftOut.length + broken.length === 0) yield ok(about, `${connected} connected, none in ERROR`);
}

function namesOf(rows: readonly { name: string }[]): string {
  const names = rows.slice(0, shownInstances).map(({ name }) => `"${name}"`);
  const more = rows.length - names.length;
  return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

async function checkAudit(sql: Sql, keys: Buffer[] | null): Promise<Finding> {
  const about = "audit log";
  const { entries, problems } = await verifyAuditChain(sql, keys && keys.length > 0 ? createKeyRing(keys) : null);
  return problems.length === 0
    ? ok(about, `${entries} entries, unchanged since they were written`)
    : problem(about, `${problems[0]} \`npx gatehouse audit verify\` lists all that is wrong.`);
}

async function checkSealed(db: Parameters<typeof inspectSealed>[0], keys: Buffer[]): Promise<Finding> {
  const about = "sealed secrets";
  // Without a key nothing opens: any other key finds out which one is missing.
  const ring = createKeyRing(keys.length > 0 ? keys : [Buffer.alloc(32)]);
  const { opened, older, missingKeys, broken } = await inspectSealed(db, ring);
  if (missingKeys.size > 0) {
    const needed = [...missingKeys].map(([id, count]) => `${id} (${count})`).join(", ");
    return problem(
      about,
      `the keys ${needed} are missing. Add them to GATEHOUSE_SECRET_KEYS: Gatehouse does not start without them.`,
    );
  }
  if (broken.length > 0) {
    return problem(
      about,
      `${broken.length} were altered or moved: ${broken.slice(0, 5).join(", ")}. Restore them from a backup, or connect these instances again.`,
    );
  }
  if (older > 0)
    return ok(
      about,
      `${opened}, all open; ${older} with an older key, which must stay in GATEHOUSE_SECRET_KEYS until \`npx gatehouse keys reseal\` has run`,
    );
  if (keys.length > 1)
    return ok(
      about,
      `${opened}, all open with the first key: the others can be removed from GATEHOUSE_SECRET_KEYS. Keep them with the backups made before`,
    );
  return ok(about, opened === 0 ? "none yet" : `${opened}, all open`);
}
