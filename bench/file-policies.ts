import { pino } from "pino";
import { type Database, type Db, openDatabase, rawSql, tables } from "../db/client.ts";
import type { Core } from "../src/core.ts";
import type { StoredFilter } from "../src/detection/policies/stored-filter.ts";
import { storeFiles } from "../src/inventory/files/store.ts";
import { consumeOnce, registerConsumer } from "../src/realtime/consumer.ts";
import { publish } from "../src/realtime/publish.ts";
import { filePolicyConsumer } from "../src/response/evaluation/files.ts";
import { file, folder, reader } from "../test/support/file-items.ts";
import type { Table } from "./report.ts";

export interface FilePoliciesResult {
  policies: number;
  files: number;
  filesPerSecond: number;
  matches: number;
}

const counts = [0, 1, 500];
const page = 500;

/** The time that the evaluation takes for changed files, by the number of policies: the whole way from the log to the stored matches. */
export async function measureFilePolicies({
  url,
  files,
}: {
  url: string;
  files: number;
}): Promise<FilePoliciesResult[]> {
  const database = openDatabase(url, { max: 3 });
  try {
    const core = { db: database.db, log: pino({ level: "warn" }), now: () => new Date() } as Core;
    const [instance] = await database.db
      .insert(tables.instances)
      .values({ connectorSlug: "box", name: "Bench", status: "CONNECTED" })
      .returning();
    const ids = await store(database, instance!.id, files);
    const results: FilePoliciesResult[] = [];
    for (const policies of counts) {
      await makePolicies(database, instance!.id, policies);
      const consumer = filePolicyConsumer(core);
      await registerConsumer(database.db, consumer.name);
      // The first pages warm up.
      await announce(database, instance!.id, ids.slice(0, 4 * page));
      while (await consumeOnce(core, consumer));
      await database.sql`truncate file_policy_matches, alerts`;
      await announce(database, instance!.id, ids);
      const startedAt = performance.now();
      while (await consumeOnce(core, consumer));
      const seconds = (performance.now() - startedAt) / 1000;
      const [row] = await database.sql<{ count: number }[]>`select count(*)::int as count from file_policy_matches`;
      results.push({ policies, files, filesPerSecond: files / seconds, matches: row!.count });
    }
    return results;
  } finally {
    await database.close();
  }
}

const extensions = ["docx", "xlsx", "pdf", "pptx", "txt", "png", "csv", "zip", "md", "key"];

async function store({ db, sql }: Database, instanceId: number, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => `f${n}`);
  const now = new Date();
  for (let start = 0; start < count; start += 5000)
    await db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const items = ids.slice(start, start + 5000).flatMap((id, index) => {
        const n = start + index;
        const sharing = n % 50 === 0 ? "PUBLIC" : n % 12 === 0 ? "EXTERNAL" : n % 2 ? "PRIVATE" : "INTERNAL";
        const name = `${id}.${extensions[n % extensions.length]}`;
        const item = file(id, {
          name,
          path: `/team-${n % 100}/${name}`,
          sharing,
          owner: { externalId: `u${n % 300}` },
        });
        return sharing === "EXTERNAL" ? [item, reader(id, `guest@partner${n % 400}.example`)] : [item];
      });
      await storeFiles(rawSql(tx), [folder("top"), ...items], {
        instanceId,
        scanId: null,
        part: "",
        readAt: now,
        now,
      });
    });
  await sql`analyze files, file_collaborators`;
  return ids;
}

async function announce({ db }: Database, instanceId: number, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += page)
    await db.transaction((tx) =>
      publish(tx as unknown as Db, "files", { instanceId, externalIds: ids.slice(start, start + page) }),
    );
}

/** What admins write: about domains, extensions, owners and folders, most of them for what is shared outside. */
async function makePolicies({ db, sql }: Database, instanceId: number, count: number): Promise<void> {
  await sql`delete from policies where kind = 'FILE'`;
  await sql`truncate file_policy_matches, alerts`;
  if (count === 0) return;
  const id = (type: string, key: string) => Buffer.from(`${type}:${key}`).toString("base64url");
  const filters: ((n: number) => StoredFilter)[] = [
    (n) => ({ sharing: ["PUBLIC"], path: `/team-${n % 100}`, extensions: [extensions[n % extensions.length]] }),
    (n) => ({ collaboratorDomains: [`partner${n % 400}.example`], trashed: false }),
    (n) => ({ extensions: [`x${n}`, `y${n}`], not: { sharing: ["PRIVATE"] } }),
    (n) => ({ ownerIds: [id("User", `${instanceId}/u${n}`)], sharing: ["EXTERNAL", "PUBLIC"] }),
    (n) => ({ labels: [`Label ${n}`], instanceIds: [id("Instance", String(instanceId))] }),
  ];
  await db.insert(tables.policies).values(
    Array.from({ length: count }, (_, n) => ({
      name: `Policy ${n}`,
      kind: "FILE" as const,
      severity: "LOW" as const,
      filter: filters[n % filters.length]!(n),
      createdBy: "bench",
    })),
  );
}

export function tablesOfFilePolicies(results: FilePoliciesResult[]): Table[] {
  return [
    {
      title: "Changed files evaluated by policies, from the log to the stored matches, one process",
      head: ["policies", "files/s", "µs a file", "matches"],
      rows: results.map(({ policies, filesPerSecond, matches }) => [
        String(policies),
        Math.round(filesPerSecond).toLocaleString("en"),
        (1e6 / filesPerSecond).toFixed(0),
        matches.toLocaleString("en"),
      ]),
    },
  ];
}
