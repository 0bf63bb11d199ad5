import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { activityRow, signOnRow } from "../connectors/workday/fixtures.ts";
import { delivery, value } from "../connectors/workplace/fixtures.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { repository } from "../support/process.ts";
import { gatehouse, temporaryFolder } from "./support.ts";

// Several processes each, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();
const fixture = (name: string) => JSON.parse(readFileSync(join(repository, "test/connectors", name), "utf8"));
const githubEvents = [...fixture("github/fixtures/audit-log.json"), fixture("github/fixtures/rule-suite.json")];
const oktaEvents = fixture("okta/fixtures/system-log.json");
const lines = (events: unknown[]) => `${events.map((event) => JSON.stringify(event)).join("\n")}\n`;

interface Printed {
  externalId: string;
  category: string;
  eventType: string;
  description: string;
  occurredAt: string;
  actor: { name: string | null; isAccount: boolean } | null;
  outcome: string;
  ipAddress: string | null;
  unmapped: boolean;
  raw: unknown;
}

let archives = 0;
async function dryRun(connector: string, content: string | Buffer, name = `${++archives}.ndjson`) {
  const file = folder.write(`${connector}-${name}`, content);
  const { code, stdout, stderr } = await gatehouse(["import", "--dry-run", "--connector", connector, "--file", file]);
  const printed = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Printed);
  return { code, printed, stdout, stderr: stderr.replaceAll(folder.path, "") };
}

describe.concurrent("a dry run needs neither database nor instance", () => {
  test("every GitHub event is there, in order, those of unknown types too", async () => {
    const { code, printed, stdout, stderr } = await dryRun("github", lines(githubEvents));
    expect(stderr).toBe("6 events, 6 activities, 0 new, 1 unmapped, 0 errors\n");
    expect(code).toBe(0);
    expect(printed.map(({ raw }) => raw)).toEqual(githubEvents);
    expect(
      printed.map(({ category, occurredAt, actor, ipAddress, unmapped }) => [
        category,
        occurredAt,
        actor?.name,
        ipAddress,
        unmapped,
      ]),
    ).toEqual([
      ["ADMIN", "2025-11-20T08:00:01.345Z", "mira-ops", "198.51.100.7", false],
      ["USER", "2025-11-20T08:00:02.000Z", "release-helper[bot]", "203.0.113.9", false],
      ["USER", "2025-11-20T08:00:03.000Z", undefined, null, false],
      ["ADMIN", "2025-11-20T08:00:04.000Z", "mira-ops", null, true],
      ["LOG_ON", "2025-11-20T08:00:05.000Z", "tom-dev", "192.0.2.4", false],
      ["USER", "2026-05-23T17:40:27.000Z", "mira-ops", null, false],
    ]);
    expect(Object.keys(JSON.parse(stdout.split("\n")[0] as string))).toEqual([
      "externalId",
      "category",
      "eventType",
      "description",
      "occurredAt",
      "actor",
      "outcome",
      "impersonated",
      "interactive",
      "sessionId",
      "ipAddress",
      "country",
      "city",
      "isp",
      "userAgent",
      "targets",
      "unmapped",
      "raw",
    ]);
  });

  test("every Okta event is there: as lines, a list, a printed list, and gzip", async () => {
    const expected = oktaEvents.map((event: { uuid: string }) => event.uuid);
    for (const [name, content] of [
      ["list.json", JSON.stringify(oktaEvents)],
      ["printed.json", JSON.stringify(oktaEvents, null, 2)],
      ["lines.ndjson.gz", gzipSync(lines(oktaEvents))],
    ] as const) {
      const { code, printed } = await dryRun("okta", content, name);
      expect(code).toBe(0);
      expect(printed.map(({ externalId }) => externalId)).toEqual(expected);
    }
  });

  test("equal Workday rows stay apart, in a page as in lines, under the same ids", async () => {
    const later = { ...activityRow, requestTime: "2026-11-18T07:43:06.000Z" };
    const rows = [activityRow, activityRow, activityRow, later];
    const page = await dryRun("workday", JSON.stringify({ total: 4, data: rows }, null, 4), "page.json");
    const single = await dryRun("workday", lines(rows));
    expect(page.stderr).toBe("4 events, 4 activities, 0 new, 0 unmapped, 0 errors\n");
    expect(single.stderr).toBe(page.stderr);
    expect(new Set(page.printed.map(({ externalId }) => externalId)).size).toBe(4);
    expect(single.stdout).toBe(page.stdout);
  });

  test("a Workday sign-on tells of what came of it, and an empty page of nothing", async () => {
    const { code, printed, stderr } = await dryRun(
      "workday",
      lines([
        { ...signOnRow, Password_Changed: "1", Signoff_DateTime: "2026-11-18T01:00:00.000-08:00" },
        { total: 0, data: [] },
      ]),
    );
    expect(code).toBe(0);
    expect(stderr).toBe("1 event, 3 activities, 0 new, 0 unmapped, 0 errors\n");
    expect(printed.map(({ eventType, occurredAt }) => [eventType, occurredAt])).toEqual([
      ["Signon", "2026-11-18T07:42:19.118Z"],
      ["Password Changed", "2026-11-18T07:42:19.118Z"],
      ["Signoff", "2026-11-18T09:00:00.000Z"],
    ]);
  });

  test("a Workplace delivery gives all its changes", async () => {
    const { printed } = await dryRun(
      "workplace",
      lines([delivery({ field: "sessions", value }, { field: "sessions", value: { ...value, event: "LOG_OUT" } })]),
    );
    expect(printed.map(({ category, eventType, ipAddress }) => [category, eventType, ipAddress])).toEqual([
      ["LOG_ON", "LOG_IN", "203.0.113.24"],
      ["LOG_ON", "LOG_OUT", "203.0.113.24"],
    ]);
  });

  test("what is wrong is told with file and line, and the rest goes on", async () => {
    const [good, other] = oktaEvents;
    const odd = [
      good,
      {},
      { access_token: "x" },
      { ...good, published: "soon" },
      { ...good, published: "9999-12-31T23:59:59Z" },
      7,
      other,
      { ...good, published: "2026-02-30T10:00:00Z" },
    ];
    const { code, printed, stderr } = await dryRun("okta", `${lines(odd)}{"cut":\n`, "odd.ndjson");
    expect(code).toBe(1);
    expect(printed.map(({ externalId }) => externalId)).toEqual([good.uuid, other.uuid]);
    const told = stderr.split("\n");
    for (const [index, text] of [
      "/okta-odd.ndjson:2: This is an empty object, not an Okta event.",
      "/okta-odd.ndjson:3: This is the answer of a token request, not an Okta event.",
      '/okta-odd.ndjson:4: Expected an instant at event.published, found "soon".',
      "/okta-odd.ndjson:5: Its time cannot be right: 9999-12-31T23:59:59.000Z.",
      "/okta-odd.ndjson:6: This is not an Okta event: an object or a list of objects is expected.",
      '/okta-odd.ndjson:8: Expected an instant at event.published, found "2026-02-30T10:00:00Z".',
      "/okta-odd.ndjson:9: This is not JSON:",
      "9 events, 2 activities, 0 new, 0 unmapped, 7 errors",
    ].entries())
      expect(told[index]).toMatch(text);
  });

  test("archives that were put together may each begin with a byte order mark", async () => {
    const [first, second, third] = oktaEvents.map((event: unknown) => JSON.stringify(event));
    const mark = "\ufeff";
    for (const [name, content] of [
      ["marked.ndjson", `${mark}${first}\n${mark}${second}\n${mark}${third}\n`],
      ["marked.json", `${mark}[${first},\n${second}]\n${mark}[\n${third}]`],
    ] as const) {
      const { printed, stderr } = await dryRun("okta", content, name);
      expect([printed.length, stderr]).toEqual([3, expect.stringMatching(/^3 events, 3 activities, .* 0 errors\n$/)]);
    }
  });

  test("one bad row of a page is told with its place, and its neighbours come in", async () => {
    const rows = [activityRow, { ...activityRow, requestTime: "" }, activityRow];
    const { code, printed, stderr } = await dryRun("workday", JSON.stringify({ total: 3, data: rows }), "bad-row.json");
    expect(code).toBe(1);
    expect(new Set(printed.map(({ externalId }) => externalId)).size).toBe(2);
    expect(stderr).toBe(
      "/workday-bad-row.json:1: data[1]: Expected a text at data[1].requestTime, found string.\n3 events, 2 activities, 0 new, 0 unmapped, 1 error\n",
    );
  });

  test("a gzip file that was cut off gives what it has, and says so", async () => {
    const { code, printed, stderr } = await dryRun(
      "okta",
      gzipSync(lines(oktaEvents)).subarray(0, -8),
      "cut.ndjson.gz",
    );
    expect(code).toBe(1);
    expect(printed).toHaveLength(oktaEvents.length);
    expect(stderr).toMatch(/cannot be read to its end/);
  });

  test("says which connectors can, which file is missing, and what goes together", async () => {
    const tell = async (...args: string[]) => (await gatehouse(["import", ...args])).stderr.split("\n")[0];
    const file = folder.write("some.ndjson", lines(oktaEvents));
    expect(await tell("--dry-run", "--connector", "myapp", "--file", file)).toMatch(
      /^Events of "myapp" cannot be imported\. Connectors that can: (\w[\w-]*, )*okta(, \w[\w-]*)*\.$/,
    );
    expect(await tell("--dry-run", "--connector", "okta", "--file", `${file}x`)).toBe(`There is no file ${file}x.`);
    expect(await tell("--dry-run", "--connector", "okta", "--file", folder.path)).toBe(`${folder.path} is a folder.`);
    expect(await tell("--connector", "okta", "--file", file)).toBe(
      "--connector requires --dry-run. To store events, use --instance.",
    );
    expect(await tell("--dry-run", "--file", file)).toBe("--instance is missing.");
    expect(await tell("--dry-run", "--connector", "okta")).toBe("--file is missing.");
  });
});

describe("into a database", () => {
  let database: TestDatabase;
  let sql: postgres.Sql;
  let id: number;

  beforeAll(async () => {
    database = await createTestDatabase();
    sql = postgres(database.url, { max: 1, onnotice: () => {} });
  });
  afterAll(async () => {
    await sql.end();
    await database.drop();
  });
  beforeEach(async () => {
    await sql`delete from activities`;
    await sql`delete from activity_log`;
    id = await instance("okta", "CONNECTED");
  });

  async function instance(slug: string, status: string): Promise<number> {
    const [row] =
      await sql`insert into instances (connector_slug, name, status) values (${slug}, ${slug}, ${status}) returning id`;
    return row?.id;
  }
  const run = (args: string[], input?: string) =>
    gatehouse(["import", ...args], { env: { DATABASE_URL: database.url }, ...(input === undefined ? {} : { input }) });

  test("stores activities, accounts and the log as a scan does; a second time changes nothing", async () => {
    const first = await run(["--instance", String(id), "--file", "-"], lines(oktaEvents));
    expect(first).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "4 events, 4 activities, 4 new, 1 unmapped, 0 errors\n",
    });
    const again = await run(["--instance", String(id), "--file", "-"], lines(oktaEvents));
    expect(again.stderr).toBe("4 events, 4 activities, 0 new, 1 unmapped, 0 errors\n");

    const rows =
      await sql`select external_id, category, actor_name, user_id, host(ip_address::inet) as ip, unmapped, raw from activities where instance_id = ${id} order by occurred_at`;
    expect(rows.map((row) => row.raw)).toEqual(oktaEvents);
    expect(rows[0]).toMatchObject({
      category: "LOG_ON",
      actor_name: "Mira Holt",
      user_id: "00uMIRA",
      ip: "203.0.113.24",
      unmapped: false,
    });
    const log = await sql`select topic, instance_id, scan_id, external_ids from activity_log`;
    expect(log).toEqual([
      { topic: "activities", instance_id: id, scan_id: null, external_ids: rows.map((row) => row.external_id) },
    ]);
    expect(await sql`select external_id, listed from users where instance_id = ${id}`).toEqual([
      { external_id: "00uMIRA", listed: false },
    ]);
    expect(await sql`select last_activity_at as at from instances where id = ${id}`).toEqual([
      { at: new Date("2026-11-18T07:45:00.000Z") },
    ]);
    expect(await sql`select actor, action, after, result from audit_log where target = ${`instance/${id}`}`).toEqual([
      { actor: "cli", action: "activities.import", after: { file: "stdin" }, result: "ok" },
      { actor: "cli", action: "activities.import", after: { file: "stdin" }, result: "ok" },
    ]);
  });

  test("goes in batches, each one row of the log; what is past retention is told", async () => {
    const [event] = oktaEvents;
    const many = Array.from({ length: 1203 }, (_, n) => ({
      ...event,
      uuid: `u${n}`,
      published: new Date(Date.UTC(2024, n % 12, 3, 0, 0, n)).toISOString(),
    }));
    const { code, stderr } = await run(["--instance", String(id), "--file", folder.write("many.ndjson", lines(many))]);
    expect(code).toBe(0);
    expect(stderr).toBe(
      "1203 activities are older than RETENTION_DAYS (180): the next hourly upkeep removes them. To keep them, raise RETENTION_DAYS and import again.\n" +
        "1203 events, 1203 activities, 1203 new, 0 unmapped, 0 errors\n",
    );
    expect(await sql`select count(*)::int as count from activities where instance_id = ${id}`).toEqual([
      { count: 1203 },
    ]);
    expect(
      (await sql`select cardinality(external_ids) as size from activity_log order by position`).map((row) => row.size),
    ).toEqual([500, 500, 203]);
  });

  test("characters PostgreSQL does not take are replaced, whoever chose them", async () => {
    const [event] = oktaEvents;
    const odd = [
      { ...event, uuid: "nul\u0000", client: { userAgent: { rawUserAgent: "x\u0000y" } }, "ke\u0000y": "\u0000" },
      {
        ...event,
        uuid: "half",
        actor: { type: "User", alternateId: "\ud800@acme.test\u0000", displayName: "Half \udfff" },
      },
      { ...event, uuid: "cut", client: { userAgent: { rawUserAgent: `${"x".repeat(999)}😀` } } },
    ];
    const { stderr } = await run(["--instance", String(id), "--file", "-"], lines(odd));
    expect(stderr).toBe("3 events, 3 activities, 3 new, 0 unmapped, 0 errors\n");
    const rows =
      await sql`select external_id, user_agent, actor_name from activities where instance_id = ${id} order by external_id`;
    expect(rows).toEqual([
      { external_id: "cut", user_agent: `${"x".repeat(999)}\ufffd`, actor_name: "Mira Holt" },
      { external_id: "half", user_agent: expect.any(String), actor_name: "Half \ufffd" },
      { external_id: "nul", user_agent: "xy", actor_name: "Mira Holt" },
    ]);
  });

  test("an event that is nested some thousand levels deep is told, and its neighbours come in", async () => {
    const [event] = oktaEvents;
    const nested = (uuid: string, levels: number) =>
      JSON.stringify({ ...event, uuid, debugContext: { debugData: { d: "<>" } } }).replace(
        '"<>"',
        "[".repeat(levels) + "]".repeat(levels),
      );
    const file = [nested("first", 1), nested("deep", 6_000), nested("deeper", 100_000), nested("last", 1_500)].join(
      "\n",
    );
    const { code, stderr } = await run(["--instance", String(id), "--file", "-"], file);
    expect([code, stderr]).toEqual([
      1,
      "stdin:2: This event is nested more than 2,000 levels deep.\nstdin:3: This event is nested more than 2,000 levels deep.\n4 events, 2 activities, 2 new, 0 unmapped, 2 errors\n",
    ]);
    const rows = await sql`select external_id from activities where instance_id = ${id} order by external_id`;
    expect(rows.map((row) => row.external_id)).toEqual(["first", "last"]);
  });

  test("takes the instance's id of the API; a dry run stores nothing", async () => {
    const publicId = Buffer.from(`Instance:${id}`).toString("base64url");
    const { code, stdout } = await run(["--instance", publicId, "--dry-run", "--file", "-"], lines(oktaEvents));
    expect(code).toBe(0);
    expect(stdout.split("\n").filter(Boolean)).toHaveLength(4);
    expect(await sql`select 1 from activities`).toEqual([]);
    expect(await sql`select 1 from audit_log where target = ${`instance/${id}`}`).toEqual([]);
  });

  test("an instance that is disabled or in error takes an archive; a disconnected one does not", async () => {
    const results = [];
    for (const status of ["DISABLED", "ERROR", "AWAITING_AUTHORIZATION"])
      results.push(run(["--instance", String(await instance("okta", status)), "--file", "-"], lines(oktaEvents)));
    for (const { stderr } of await Promise.all(results)) expect(stderr).toMatch(/4 new/);
    const gone = await instance("okta", "DISCONNECTED");
    const { code, stderr } = await run(["--instance", String(gone), "--file", "-"], lines(oktaEvents));
    expect(code).toBe(1);
    expect(stderr).toBe(
      `Instance ${gone} (okta) is disconnected, and its data may be in deletion. Connect the app again and import into the new instance.\n`,
    );
  });

  test("refuses an instance that is not there, and events of another app", async () => {
    const file = folder.write("refused.ndjson", lines(oktaEvents));
    const tell = async (...args: string[]) => (await run([...args, "--file", file])).stderr.split("\n")[0];
    expect(await tell("--instance", "999999")).toMatch(/^There is no instance 999999\./);
    expect(await tell("--instance", "nonsense")).toMatch(/^--instance is the instance's number or its id in the API\./);
    expect(await tell("--instance", String(id), "--connector", "github")).toBe(
      `Instance ${id} (okta) is of okta, not of github.`,
    );
    const github = await instance("github", "CONNECTED");
    const wrong = await run(["--instance", String(github), "--file", file]);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/refused\.ndjson:1: This is not a GitHub event/);
    expect(wrong.stderr).toMatch(/4 events, 0 activities, 0 new, 0 unmapped, 4 errors\n$/);
  });
});
