import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { openDatabase } from "#db/client.ts";
import { openSessionByLink } from "#src/access/sessions.ts";
import { encodeId } from "#src/query/ids.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { repository, start } from "../support/process.ts";
import { gatehouse, temporaryFolder } from "./support.ts";

// Several processes each, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();

describe.concurrent("help", () => {
  test("lists the commands; every one of them has help of its own, and none needs a configuration for it", async () => {
    const env = { PORT: "nonsense" };
    const { code, stdout, stderr } = await gatehouse(["--help"], { env });
    expect([code, stderr]).toEqual([0, ""]);
    const commands = [...stdout.matchAll(/^ {2}npx gatehouse ([a-z ]+?) {2,}/gm)].map(
      ([, command]) => command as string,
    );
    expect(commands).toEqual([
      "serve",
      "worker",
      "demo",
      "migrate",
      "signin",
      "token create",
      "import",
      "backup",
      "restore",
      "restored",
      "keys reseal",
      "audit verify",
      "schema",
      "doctor",
    ]);
    for (const command of commands) {
      const help = await gatehouse([...command.split(" "), "--help"], { env });
      expect(help).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining(`gatehouse ${command}`) });
      expect(help.stdout.length).toBeGreaterThan(60);
    }
  });

  test("says what a command line got wrong, with the help that goes with it", async () => {
    for (const [args, told, help] of [
      [["frobnicate"], 'There is no command "frobnicate".', "gatehouse serve"],
      [["constructor"], 'There is no command "constructor".', "gatehouse serve"],
      [["token"], "Say `npx gatehouse token create`.", "gatehouse serve"],
      [["token", "revoke"], 'There is no command "token revoke".', "gatehouse serve"],
      [["migrate", "--force"], "Unknown option '--force'.", "gatehouse migrate"],
      [["schema", "extra"], "Unexpected argument 'extra'.", "gatehouse schema"],
      [["token", "create", "--name", "x"], "--role is missing.", "--expires"],
      [["token", "create", "--name", "x", "--role", "root"], "--role is VIEWER, ANALYST or ADMIN.", "--expires"],
      [
        ["token", "create", "--name", "x", "--role", "admin", "--instances", "1,b"],
        "--instances is a list of instances, by number or by their id in the API: 1,2.",
        "--expires",
      ],
      [
        ["token", "create", "--name", "x", "--role", "admin", "--expires", "2001-01-31"],
        "--expires must be a date in the future.",
        "--expires",
      ],
      [["signin", "--role", "root"], "--role is VIEWER, ANALYST or ADMIN.", "gatehouse signin"],
      [
        ["token", "create", "--name", "x", "--role", "admin", "--expires", "soon"],
        "--expires is a date: 2027-01-31.",
        "--expires",
      ],
    ] as const) {
      const { code, stdout, stderr } = await gatehouse([...args]);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr.split("\n")[0]).toBe(told);
      expect(stderr).toContain(help);
    }
  });

  test("prints the version", async () => {
    const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
    expect((await gatehouse(["--version"])).stdout).toBe(`${version}\n`);
  });
});

test("a bad configuration is told whole, before anything is touched", async () => {
  const env = {
    PORT: "70000",
    HOST: "a b",
    DATABASE_URL: "mysql://db",
    PUBLIC_URL: "https://x.example/path",
    GATEHOUSE_SECRET_KEYS: "short",
    LOG_LEVEL: "loud",
    RETENTION_DAYS: "0",
    GATEHOUSE_DATA: join(folder.path, "untouched"),
  };
  const { code, stdout, stderr } = await gatehouse(["migrate"], { env });
  expect([code, stdout]).toEqual([1, ""]);
  expect(
    stderr
      .split("\n")
      .flatMap((line) => /^ {2}([A-Z_]+): /.exec(line)?.[1] ?? [])
      .sort(),
  ).toEqual(
    Object.keys(env)
      .filter((name) => name !== "GATEHOUSE_DATA")
      .sort(),
  );
  expect(stderr).not.toMatch(/\n {4}at /);
});

test("schema prints what is committed, whatever is set", async () => {
  const { code, stdout } = await gatehouse(["schema"], { env: { PORT: "nonsense" } });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^type Query \{/m);
  const file = join(folder.path, "schema.graphql");
  expect((await gatehouse(["schema", "--write", file])).stdout).toBe("");
  expect(readFileSync(file, "utf8")).toBe(stdout);
});

test("schema ends in silence when its reader has seen enough", async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
  const command = '"$0" src/main.ts schema | true; exit "${PIPESTATUS[0]}"';
  const child = start("bash", ["-c", command, process.execPath]);
  expect(await child.ended).toEqual({ code: 0, signal: null });
  expect(child.output()).toBe("");
});

describe("with a database", () => {
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
  const run = (...args: string[]) => gatehouse(args, { env: { DATABASE_URL: database.url } });

  test("token create prints the secret alone, keeps only its hash, and is audited", async () => {
    await sql`insert into instances (connector_slug, name, status) values ('okta', 'a', 'CONNECTED'), ('github', 'b', 'CONNECTED')`;
    const { code, stdout, stderr } = await run(
      "token",
      "create",
      "--name",
      "dashboards",
      "--role",
      "analyst",
      "--instances",
      "1,2",
      "--expires",
      "2099-01-31",
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ght_\S{20,}\n$/);
    expect(stderr).toContain("Authorization: Bearer");
    const [row] = await sql`select * from api_tokens where name = 'dashboards'`;
    expect(row).toMatchObject({ role: "ANALYST", instance_ids: [1, 2], expires_at: new Date("2099-01-31") });
    expect(JSON.stringify(row)).not.toContain(stdout.trim());
    const [entry] = await sql`select * from audit_log where action = 'apiToken.create'`;
    expect(entry).toMatchObject({ actor: "cli", target: `apiToken/${row?.id}`, result: "ok" });
    expect(JSON.stringify(entry)).not.toContain(stdout.trim());
  });

  test("token create takes instances by their id in the API, and names its own option when one is not there", async () => {
    const id = encodeId("Instance", 2);
    const made = await run("token", "create", "--name", "by id", "--role", "viewer", "--instances", `1,${id}`);
    expect([made.code, made.stderr]).toEqual([0, expect.stringContaining("Bearer")]);
    expect(await sql`select instance_ids from api_tokens where name = 'by id'`).toEqual([{ instance_ids: [1, 2] }]);
    const missing = await run("token", "create", "--name", "none", "--role", "viewer", "--instances", "99");
    expect([missing.code, missing.stdout]).toEqual([1, ""]);
    expect(missing.stderr).toBe("--instances: An instance of the list was not found.\n");
    const unnamed = await run("token", "create", "--name", "x".repeat(101), "--role", "viewer");
    expect(unnamed.stderr).toBe("--name: A token needs a name of 1 to 100 characters.\n");
  });

  test("signin prints a link that opens one session, also in production, and is audited", async () => {
    const { code, stdout, stderr } = await gatehouse(["signin", "--role", "analyst", "--name", "Ada"], {
      env: {
        DATABASE_URL: database.url,
        NODE_ENV: "production",
        GATEHOUSE_SECRET_KEYS: Buffer.alloc(32, 1).toString("base64"),
        PUBLIC_URL: "https://gatehouse.example",
      },
    });
    expect([code, stderr]).toEqual([0, expect.stringContaining("within ten minutes")]);
    expect(stdout).toMatch(/^https:\/\/gatehouse\.example\/signin\?token=[\w-]{43}\n$/);
    const { db, close } = openDatabase(database.url, { max: 1 });
    const { viewer } = await openSessionByLink(db, stdout.trim().split("=")[1] as string).finally(close);
    expect(viewer).toMatchObject({ name: "Ada", role: "ANALYST", instanceIds: null });
    const [entry] = await sql`select * from audit_log where action = 'signInLink.create'`;
    expect(entry).toMatchObject({ actor: "cli", after: { name: "Ada", role: "ANALYST" }, result: "ok" });

    const nowhere = await gatehouse(["signin"], { env: { DATABASE_URL: database.url, PORT: "0" } });
    expect([nowhere.code, nowhere.stdout]).toEqual([1, ""]);
    expect(nowhere.stderr).toContain("PORT: is 0, so where Gatehouse listens is not known here.");
  });

  test("a port that is taken is told by whom: a Gatehouse that runs, or another program", async () => {
    const other = createServer((_, response) => response.end(response.req.url === "/healthz" ? '{"ok":true}' : ""));
    await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const env = { DATABASE_URL: database.url, GATEHOUSE_DATA: folder.path, PORT: String(port), LOG_LEVEL: "warn" };
    const { code, stderr } = await gatehouse(["serve"], { env });
    expect([code, stderr]).toEqual([
      1,
      `Gatehouse is running at http://127.0.0.1:${port} already. Stop it, or set PORT to a free one.\n`,
    ]);
  });

  test("migrate says what it did; several at once and again change nothing", async () => {
    await sql.unsafe(
      "drop schema public cascade; drop schema drizzle cascade; drop schema pgboss cascade; create schema public",
    );
    const both = await Promise.all([run("migrate"), run("migrate")]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ stdout }) => stdout.trim()).sort()).toEqual([
      expect.stringMatching(/^\d+ migrations? applied$/),
      "The database is up to date.",
    ]);
    expect((await run("migrate")).stdout).toBe("The database is up to date.\n");
  });

  test("a database of a newer Gatehouse is refused by every command, and left as it is", async () => {
    await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('future', ${Date.UTC(2100, 0)})`;
    const before = await sql`select * from drizzle.__drizzle_migrations`;
    for (const args of [
      ["migrate"],
      ["serve"],
      ["token", "create", "--name", "x", "--role", "ADMIN"],
      ["import", "--instance", "1", "--file", "/dev/null"],
    ]) {
      const { code, stdout, stderr } = await run(...args);
      expect([code, args]).toEqual([1, args]);
      expect(stdout).not.toMatch(/ready|ght_/);
      expect(stderr).toMatch(
        /^The database was migrated by a newer Gatehouse .*Start the newer version, or restore a backup/m,
      );
      expect(stderr).not.toMatch(/\n {4}at /);
    }
    expect(await sql`select * from drizzle.__drizzle_migrations`).toEqual(before);
    await sql`delete from drizzle.__drizzle_migrations where hash = 'future'`;
  });

  test("an unreachable database is told with where and what to do, without the password", async () => {
    const url = new URL(database.url);
    url.port = "1";
    const { code, stderr } = await gatehouse(["migrate"], { env: { DATABASE_URL: url.href } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^DATABASE_URL: .*test_\w+ at 127\.0\.0\.1:1: .*\(ECONNREFUSED\)\. Is PostgreSQL running/);
    expect(stderr).not.toContain(url.password);
  });
});
