import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, rawSql } from "#db/client.ts";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import type { StreamPage } from "#src/connector-kit/contract/streams.ts";
import { purgeInstance } from "#src/ingest/purge.ts";
import { type Claim, claimStream } from "#src/ingest/scan/claim.ts";
import { queueDueScans } from "#src/ingest/scan/schedule.ts";
import { storePage } from "#src/ingest/scan/store-page.ts";
import { handleWebhook } from "#src/ingest/webhooks/receive.ts";
import { changeDomains } from "#src/instances/domains.ts";
import { lockInstance } from "#src/instances/lock.ts";
import { reshareStored } from "#src/inventory/files/reshare-stored.ts";
import { deleteOldFiles } from "#src/inventory/files/retention.ts";
import { anyone, file, folder, reader } from "../../support/file-items.ts";
import { lastPage, type MadeUpApp, person } from "../../support/made-up-app.ts";
import { Crash, crashing } from "./crashing.ts";
import { openMadeUpBench, type ScanBench } from "./fixture.ts";

let bench: ScanBench<MadeUpApp>;
beforeAll(async () => {
  bench = await openMadeUpBench({
    streams: {
      USERS: { everySeconds: 3600, scopes: [] },
      FILES: { everySeconds: 43_200, feedEverySeconds: 60, scopes: [] },
    },
    inParts: ["FILES"],
  });
});
afterAll(() => bench.close());

const pass = (ms: number) => {
  bench.clock.now = new Date(bench.clock.now.getTime() + ms);
};

interface Stored {
  external_id: string;
  sharing: string | null;
  removed_at: string | null;
  part: string;
  changed_at: string;
  version: string | null;
  name: string;
}
async function files(id: number): Promise<Record<string, Stored>> {
  const rows = await bench.database.sql<Stored[]>`
    select external_id, sharing, removed_at, part, changed_at, version, name from files where instance_id = ${id} order by external_id`;
  return Object.fromEntries(rows.map((row) => [row.external_id, row]));
}
const collaborators = async (id: number) =>
  (
    await bench.database.sql<{ text: string }[]>`
      select file_id || ' ' || principal || ' ' || key || ' ' || role || case when external then ' external' else '' end as text
      from file_collaborators where instance_id = ${id} order by 1`
  ).map(({ text }) => text);
const published = async (id: number) =>
  (
    await bench.database.sql<{ external_ids: string[] }[]>`
      select external_ids from activity_log where instance_id = ${id} and topic = 'files' order by position`
  ).map(({ external_ids }) => external_ids);
/** A tenant with a drive and a feed of changes, its domain known. */
async function connect(): Promise<{ id: number; app: MadeUpApp }> {
  const made = await bench.connect((app) => {
    app.parts.FILES = [{ name: "changes", feed: true }, { name: "drive" }];
    app.serve("USERS", lastPage(person("u1", { email: "u1@acme.example" })));
    app.domains = ["Acme.example"];
  });
  await bench.database.sql`delete from file_reshares`;
  await bench.run(made.id, "USERS");
  return made;
}

function answer(app: MadeUpApp, part: string, ...pages: StreamPage<FileItem>[]): void {
  const before = app.answer;
  app.answer = (asked) => (asked.stream === "FILES" && asked.part === part ? pages : before(asked));
}
async function list(id: number, app: MadeUpApp, ...items: FileItem[]): Promise<void> {
  answer(app, "drive", lastPage(...items) as StreamPage<FileItem>);
  await bench.run(id, "FILES", undefined, "drive");
}
async function change(id: number, app: MadeUpApp, ...items: FileItem[]): Promise<void> {
  answer(app, "changes", { items, cursor: `at:${items.length}` });
  await bench.run(id, "FILES", undefined, "changes");
}

test("files are stored with their collaborators, and how they are shared follows from both", async () => {
  const { id, app } = await connect();
  await list(
    id,
    app,
    folder("f"),
    file("a", { parentId: "f", owner: { login: "u1@acme.example", name: "Ada" } }),
    reader("a", "U1@Acme.example"),
    file("b", { sharing: "EXTERNAL" }),
    reader("b", "eve@other.example", true),
    file("c"),
    anyone("c"),
    file("d", { sharing: null }),
  );
  expect(await files(id)).toMatchObject({
    a: { sharing: "INTERNAL", part: "drive" },
    b: { sharing: "EXTERNAL" },
    c: { sharing: "PUBLIC" },
    d: { sharing: null },
    f: { sharing: "PRIVATE" },
  });
  expect(await collaborators(id)).toEqual([
    "a USER u1@acme.example READ",
    "b USER eve@other.example READ external",
    "c ANYONE  READ external",
  ]);
  expect(await published(id)).toEqual([["f", "a", "b", "c", "d"]]);
  const [row] = await bench.database
    .sql`select owner_id, owner_name, extension from files where instance_id = ${id} and external_id = 'a'`;
  expect(row).toEqual({ owner_id: "u1", owner_name: "Ada", extension: "txt" });
});

test("a listing that brings the same again writes nothing and publishes nothing, whatever changed in the raw record", async () => {
  const { id, app } = await connect();
  const items = (n: number) => [
    file("a", { raw: { downloadUrl: `https://x.example/${n}` } }),
    reader("a", "u1@acme.example"),
  ];
  await list(id, app, ...items(1));
  const rows = () => bench.database.sql`select f.*, f.xmin::text from files f where instance_id = ${id}`;
  const before = await rows();
  pass(43_200_000);
  await list(id, app, ...items(2));
  expect(await rows()).toEqual(before);
  expect(await published(id)).toHaveLength(1);
  expect((await bench.scans(id, "FILES")).at(-1)).toMatchObject({ status: "SUCCEEDED", itemsWritten: 0, error: null });
  await list(id, app, file("a", { version: "2" }), reader("a", "u1@acme.example"));
  expect(await published(id)).toEqual([["a"], ["a"]]);
});

test("a changed set of collaborators replaces the known one, and one that could not be read leaves it", async () => {
  const { id, app } = await connect();
  await list(id, app, file("a"), reader("a", "eve@other.example"), reader("a", "u1@acme.example"));
  await list(id, app, file("a"), reader("a", "u1@acme.example"));
  expect(await collaborators(id)).toEqual(["a USER u1@acme.example READ"]);
  expect((await files(id)).a!.sharing).toBe("INTERNAL");
  await list(id, app, file("a", { sharing: null }));
  expect(await collaborators(id)).toEqual(["a USER u1@acme.example READ"]);
  expect((await files(id)).a!.sharing).toBeNull();
  await list(id, app, file("a"));
  expect(await collaborators(id)).toEqual([]);
  expect((await files(id)).a!.sharing).toBe("PRIVATE");
});

test("collaborators of a file that is not on the page are added to the known ones", async () => {
  const { id, app } = await connect();
  await list(id, app, file("a"), reader("a", "u1@acme.example"));
  await change(id, app, reader("a", "eve@other.example"), reader("unknown", "eve@other.example"));
  expect(await collaborators(id)).toEqual(["a USER eve@other.example READ external", "a USER u1@acme.example READ"]);
  expect((await files(id)).a!.sharing).toBe("EXTERNAL");
  expect((await published(id)).at(-1)).toEqual(["a"]);
});

test("what a complete listing no longer names is kept as removed, and comes back when it is named again", async () => {
  const { id, app } = await connect();
  await list(id, app, file("a"), file("b"));
  pass(60_000);
  await list(id, app, file("a"));
  expect((await files(id)).b!.removed_at).not.toBeNull();
  expect((await files(id)).a!.removed_at).toBeNull();
  expect((await published(id)).at(-1)).toEqual(["b"]);
  pass(60_000);
  await list(id, app, file("a"), file("b"));
  expect((await files(id)).b!.removed_at).toBeNull();
  expect(await bench.database.sql`select 1 from file_sightings`).toHaveLength(0);
});

test("a listing that names far fewer files concludes nothing alone; what the next one does not name either is removed", async () => {
  const { id, app } = await connect();
  const all = Array.from({ length: 30 }, (_, n) => file(`x${n}`));
  await list(id, app, ...all);
  pass(60_000);
  const left = async () => Object.values(await files(id)).filter((one) => one.removed_at === null).length;
  await list(id, app, ...all.slice(0, 5));
  expect(await left()).toBe(30);
  expect((await bench.scans(id, "FILES")).at(-1)!.error).toBe(
    "The app named 5 files although 30 are known; nothing was marked as deleted. What the next complete listing does not name either will be.",
  );
  pass(60_000);
  // Named by the first or by the second: both are spared.
  await list(id, app, ...all.slice(5, 9));
  expect(await left()).toBe(9);
});

test("a listing of one drive removes nothing of another one, and a change feed removes only what it names", async () => {
  const { id, app } = await connect();
  await list(id, app, file("a"), file("b"));
  await change(id, app, file("z"));
  pass(60_000);
  await list(id, app, file("a"), file("b"));
  await change(id, app, { kind: "removed", externalId: "b" }, { kind: "removed", externalId: "never" });
  const now = await files(id);
  expect([now.a!.removed_at, now.z!.removed_at]).toEqual([null, null]);
  expect(now.b!.removed_at).not.toBeNull();
  expect((await published(id)).at(-1)).toEqual(["b"]);
});

test("a feed of one drive removes nothing of another one", async () => {
  const { id, app } = await connect();
  await list(id, app, file("a"), file("b", { container: "e" }));
  const removed = (externalId: string): FileItem => ({ kind: "removed", externalId, container: "d" });
  pass(60_000);
  await change(id, app, removed("a"), removed("b"), file("c", { container: "e" }), removed("c"));
  const now = await files(id);
  expect([now.b!.removed_at, now.c!.removed_at]).toEqual([null, null]);
  expect(now.a!.removed_at).not.toBeNull();
});

test("of a drive that nobody can be asked for nothing is concluded, and of the others all the same", async () => {
  const { id, app } = await connect();
  await list(id, app, file("a"), file("b"), file("c", { container: "e" }));
  pass(60_000);
  await list(id, app, file("a"), { kind: "unlisted", container: "e" });
  const now = await files(id);
  expect([now.a!.removed_at, now.c!.removed_at]).toEqual([null, null]);
  expect(now.b!.removed_at).not.toBeNull();
  expect(await bench.database.sql`select path from unreadable_records where instance_id = ${id}`).toHaveLength(0);
  pass(60_000);
  await list(id, app, file("a"));
  expect((await files(id)).c!.removed_at).not.toBeNull();
});

test("a file that changes while it is listed keeps what the feed brought, and one made meanwhile is not missed", async () => {
  const { id, app } = await connect();
  await list(id, app, file("a"), file("b"));
  pass(60_000);
  const claim = (await claimStream(
    bench.core.db,
    bench.connector.manifest,
    id,
    "FILES",
    null,
    bench.core.now(),
    "drive",
  )) as Claim;
  const readAt = bench.core.now();
  pass(1000);
  // Read before, stored after: the page of the listing is older than what the feed has stored.
  await change(id, app, file("a", { version: "2" }), file("new"), { kind: "removed", externalId: "b" });
  pass(1000);
  await storePage(bench.core, claim, { items: [file("a"), file("b")], cursor: "p2" }, bench.core.now(), readAt);
  const stored = await files(id);
  expect(stored.a!.version).toBe("2");
  expect(stored.b!.removed_at).not.toBeNull();
  answer(app, "drive", lastPage(file("a", { version: "2" })) as StreamPage<FileItem>);
  await bench.run(id, "FILES", undefined, "drive");
  expect((await files(id)).new!.removed_at).toBeNull();
});

test("a page is stored whole or not at all, wherever the worker is killed", async () => {
  const { id } = await connect();
  const claim = (await claimStream(
    bench.core.db,
    bench.connector.manifest,
    id,
    "FILES",
    null,
    bench.core.now(),
    "drive",
  )) as Claim;
  const page = {
    items: [file("a", { labels: ["secret"] }), reader("a", "eve@other.example"), file("b"), file("c")],
    cursor: "p1",
  };
  const everything = async () => [
    await files(id),
    await collaborators(id),
    await published(id),
    await bench.database.sql`select * from file_labels where instance_id = ${id}`,
    await bench.database.sql`select scan_id, seen from file_sightings where instance_id = ${id}`,
    await bench.stream(id, "FILES", "drive"),
  ];
  const before = await everything();
  let points = 0;
  for (; ; points++) {
    const broken = crashing(bench.core.db, points + 1);
    try {
      await storePage({ ...bench.core, db: broken.db }, claim, page, bench.clock.now);
      break;
    } catch (error) {
      expect(error).toBeInstanceOf(Crash);
    }
    expect(await everything()).toEqual(before);
  }
  expect(points).toBeGreaterThan(8);
  const after = await everything();
  expect(Object.keys(after[0] as object)).toEqual(["a", "b", "c"]);
  expect(await published(id)).toEqual([["a", "b", "c"]]);
  // The worker that was thought dead stores the page a second time: its claim is lost, and nothing is doubled.
  const second = (await claimStream(
    bench.core.db,
    bench.connector.manifest,
    id,
    "FILES",
    null,
    bench.core.now(),
    "drive",
  )) as Claim;
  await expect(storePage(bench.core, claim, page, bench.clock.now)).rejects.toThrow();
  await storePage(bench.core, second, page, bench.clock.now);
  expect(await published(id)).toEqual([["a", "b", "c"]]);
});

test("a feed is read before listings that wait, at its own pace, and keeps its place", async () => {
  const { id, app } = await connect();
  await change(id, app, file("a"));
  const feed = await bench.stream(id, "FILES", "changes");
  expect(feed).toMatchObject({ isFeed: true, cursor: "at:1" });
  expect(feed.nextRunAt!.getTime() - bench.clock.now.getTime()).toBe(60_000);
  await list(id, app, file("a"));
  const drive = await bench.stream(id, "FILES", "drive");
  expect(drive).toMatchObject({ isFeed: false, cursor: null });
  expect(drive.nextRunAt!.getTime() - bench.clock.now.getTime()).toBe(43_200_000);
});

test("a changed file jumps the queue: its feed goes before a thousand folders that wait, and a webhook asks for it within seconds", async () => {
  const { id } = await bench.connect((app) => {
    app.parts.FILES = [
      ...Array.from({ length: 1000 }, (_, n) => ({ name: `folder ${n}` })),
      { name: "changes", feed: true },
    ];
  });
  const { sql } = bench.database;
  await sql`update streams set next_run_at = null`;
  await sql`delete from pgboss.job where name = 'scan.stream'`;
  const due = new Date(bench.clock.now.getTime() - 1000).toISOString();
  await sql`
    update streams set next_run_at = ${due}::timestamptz - (case when is_feed then interval '0' else interval '1 hour' end)
    where instance_id = ${id} and stream = 'FILES'`;
  await queueDueScans(bench.core);
  const [first] = await sql<{ part: string; priority: number }[]>`
    select data->>'part' as part, priority from pgboss.job where name = 'scan.stream' and state < 'active' order by priority desc, created_on, id limit 1`;
  expect(first).toEqual({ part: "changes", priority: 1 });

  await sql`update streams set next_run_at = ${due}::timestamptz + interval '1 hour', first_scan_completed_at = ${due}::timestamptz,
    last_success_at = ${due}::timestamptz where instance_id = ${id}`;
  await sql`
    insert into webhook_deliveries (instance_id, delivery_id, payload)
    values (${id}, 'd1', ${JSON.stringify({ activities: [], refresh: [{ stream: "FILES", part: "changes" }] })}::text::json)`;
  await handleWebhook(bench.core, id, "d1");
  const next = (await bench.stream(id, "FILES", "changes")).nextRunAt!.getTime() - bench.clock.now.getTime();
  expect(next).toBeLessThanOrEqual(5000);
  await sql`update streams set next_run_at = null`;
  await sql`delete from pgboss.job where name = 'scan.stream'`;
});

test("a listing goes on over days from where it was, throttled and resumed, and concludes at its end", async () => {
  const { id, app } = await connect();
  await list(id, app, file("old"));
  pass(60_000);
  const pagesFrom = (cursor: string | null): StreamPage<FileItem>[] => {
    const start = Number(cursor ?? 0);
    return Array.from({ length: 5 - start }, (_, n) => start + n).map((n) => ({
      items: [file(`p${n}`)],
      cursor: n === 4 ? null : String(n + 1),
    }));
  };
  let calls = 0;
  const before = app.answer;
  app.answer = (asked) => {
    if (asked.stream !== "FILES" || asked.part !== "drive") return before(asked);
    const pages = pagesFrom(asked.cursor);
    // One page at a time, a day apart.
    if (++calls < 5) return [{ ...pages[0]!, resumeAt: new Date(bench.clock.now.getTime() + 86_400_000) }];
    return pages;
  };
  for (let day = 0; day < 5; day++) {
    await bench.run(id, "FILES", undefined, "drive");
    pass(86_400_000);
  }
  const stored = await files(id);
  expect(Object.keys(stored)).toEqual(["old", "p0", "p1", "p2", "p3", "p4"]);
  expect(stored.old!.removed_at).not.toBeNull();
  expect(Object.values(stored).filter((one) => one.removed_at !== null)).toHaveLength(1);
  expect((await bench.scans(id, "FILES")).at(-1)).toMatchObject({ status: "SUCCEEDED", itemsSeen: 5, itemsWritten: 5 });
});

test("removed files are kept until retention, with what was known of them; a disconnected instance keeps nothing", async () => {
  const { id, app } = await connect();
  await list(id, app, file("a"), reader("a", "eve@other.example"), file("b"), reader("b", "eve@other.example"));
  await change(id, app, { kind: "removed", externalId: "a" });
  const { sql } = bench.database;
  await sql`insert into file_matches (instance_id, file_id, detector, count, confidence) values (${id}, 'a', 'card', 1, 'LOW')`;
  await deleteOldFiles(sql, new Date(bench.clock.now.getTime() - 1));
  expect(Object.keys(await files(id))).toEqual(["a", "b"]);
  await deleteOldFiles(sql, new Date(bench.clock.now.getTime() + 1));
  expect(Object.keys(await files(id))).toEqual(["b"]);
  expect(await collaborators(id)).toEqual(["b USER eve@other.example READ external"]);
  expect(await sql`select 1 from file_matches where instance_id = ${id}`).toHaveLength(0);
  await sql`update instances set status = 'DISCONNECTED' where id = ${id}`;
  await purgeInstance(bench.core, id, new AbortController().signal);
  for (const table of ["files", "file_collaborators", "file_labels", "file_activities", "file_sightings"])
    expect([table, await sql`select 1 from ${sql(table)} where instance_id = ${id}`]).toMatchObject([table, []]);
});

test("files whose id cannot be kept are set aside, and the others stored", async () => {
  const { id, app } = await connect();
  await list(id, app, file("x".repeat(1300)), file("a"));
  expect(Object.keys(await files(id))).toEqual(["a"]);
  const rows = await bench.database.sql`select path, reason from unreadable_records where instance_id = ${id}`;
  expect(rows).toEqual([{ path: "externalId", reason: "Its id has no length from 1 to 1200 bytes." }]);
});

test("odd names, times and sizes are stored as far as they go", async () => {
  const { id, app } = await connect();
  await list(
    id,
    app,
    file("a", {
      name: "na\u0000me\ud800.TAR",
      size: Number.NaN,
      labels: ['"q" \\', "", "b", "b"],
      modifiedAt: new Date(Number.NaN),
    }),
    file("b", { name: "", size: 2 ** 40, path: "/x/\u0000y" }),
  );
  const rows = await bench.database
    .sql`select name, extension, size::text, labels, modified_at, path from files where instance_id = ${id} order by external_id`;
  expect(rows).toEqual([
    { name: "name\ufffd.TAR", extension: "tar", size: null, labels: ['"q" \\', "b"], modified_at: null, path: null },
    {
      name: "b",
      extension: null,
      size: String(2 ** 40),
      labels: [],
      modified_at: new Date("2026-11-20T08:00:00Z").toISOString().replace("T", " ").replace(".000Z", "+00"),
      path: "/x/y",
    },
  ]);
  // The same by an update.
  await list(id, app, file("a", { labels: ['"r" \\'], version: "2" }), file("b"));
  const [row] = await bench.database.sql`select labels from files where instance_id = ${id} and external_id = 'a'`;
  expect(row!.labels).toEqual(['"r" \\']);
});

test("a domain that becomes the organisation's own, and ceases to be, changes stored files, also when the job is killed in between", async () => {
  const { id, app } = await connect();
  const many = Array.from({ length: 2500 }, (_, n) => `m${n}`);
  await list(
    id,
    app,
    ...many.flatMap((name) => [file(name, { sharing: "EXTERNAL" }), reader(name, `p${name}@sister.example`)]),
    file("other", { sharing: "EXTERNAL" }),
    reader("other", "eve@other.example"),
  );
  const levels = async () =>
    Object.fromEntries(
      (
        await bench.database.sql<{ sharing: string; count: number }[]>`
          select sharing, count(*)::int as count from files where instance_id = ${id} group by 1`
      ).map(({ sharing, count }) => [sharing, count]),
    );
  expect(await levels()).toEqual({ EXTERNAL: 2501 });
  const before = (await published(id)).length;
  await bench.core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await lockInstance(tx, id);
    await changeDomains(rawSql(tx), id, { added: ["Sister.example"] });
  });
  // A job that is killed after its first batch.
  const killed = new AbortController();
  killed.abort();
  await expect(reshareStored(bench.core, killed.signal)).rejects.toThrow();
  expect(await levels()).toEqual({ EXTERNAL: 1501, INTERNAL: 1000 });
  await reshareStored(bench.core, new AbortController().signal);
  expect(await levels()).toEqual({ EXTERNAL: 1, INTERNAL: 2500 });
  const told = (await published(id)).slice(before).flat();
  expect(told.sort()).toEqual([...many].sort());
  expect((await collaborators(id)).filter((one) => one.endsWith("external"))).toEqual([
    "other USER eve@other.example READ external",
  ]);
  await bench.core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await lockInstance(tx, id);
    await changeDomains(rawSql(tx), id, { added: [] });
  });
  await reshareStored(bench.core, new AbortController().signal);
  expect(await levels()).toEqual({ EXTERNAL: 2501 });
  expect(await bench.database.sql`select 1 from file_reshares`).toHaveLength(0);
});

test("a link that ends makes its file private again, once", async () => {
  const { id, app } = await connect();
  const expiresAt = new Date(bench.clock.now.getTime() + 3_600_000);
  await list(id, app, file("a", { sharing: "PUBLIC", link: { audience: "PUBLIC", expiresAt, password: true } }));
  expect((await files(id)).a!.sharing).toBe("PUBLIC");
  const signal = new AbortController().signal;
  await reshareStored(bench.core, signal);
  expect((await files(id)).a!.sharing).toBe("PUBLIC");
  pass(3_600_001);
  await reshareStored(bench.core, signal);
  expect((await files(id)).a!.sharing).toBe("PRIVATE");
  const count = (await published(id)).length;
  await reshareStored(bench.core, signal);
  expect(await published(id)).toHaveLength(count);
});
