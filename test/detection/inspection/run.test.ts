import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { systemViewer } from "#src/access/viewer.ts";
import { createDetector, updateDetector } from "#src/detection/inspection/change-detectors.ts";
import { inspectFiles } from "#src/detection/inspection/request.ts";
import { inspectFile } from "#src/detection/inspection/run.ts";
import { ProviderRateLimitError, ProviderScopeError, ProviderUnavailableError } from "#src/errors.ts";
import { openScanBench, type ScanBench } from "../../ingest/scan/fixture.ts";

let bench: ScanBench;
let id: number;
/** What the app answers when the content of a file is asked for. */
let content: (fileId: string) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
let downloads: string[];

beforeAll(async () => {
  bench = await openScanBench(() => new Error("no cursors here"));
  ({ id } = await bench.connect());
  bench.connector.readContent = async function* (_, { externalId }) {
    downloads.push(externalId);
    yield* content(externalId);
  };
});
afterAll(async () => {
  await bench.core.cage.close();
  await bench.close();
});
beforeEach(async () => {
  downloads = [];
  content = () => [Buffer.from("Card 4539 1488 0343 6467")];
  await bench.database.sql`delete from files`;
  await bench.database.sql`delete from file_matches`;
  await bench.database.sql`delete from pgboss.job where name = 'file.inspect'`;
});

async function addFile(
  fileId: string,
  more: { version?: string; isFolder?: boolean; size?: number; modifiedAt?: string } = {},
) {
  const { version = "1", isFolder = false, size = 100, modifiedAt = "2026-11-20T08:00:00Z" } = more;
  await bench.database.sql`
    insert into files (instance_id, external_id, container, name, is_folder, size, version, modified_at, digest, raw)
    values (${id}, ${fileId}, 'drive', ${`${fileId}.txt`}, ${isFolder}, ${size}, ${version}, ${modifiedAt}, '', '{}')`;
}
const stored = async (fileId: string) => {
  const [row] = await bench.database.sql`
    select inspection_status as status, inspection_reason as reason, inspected_version as version from files where external_id = ${fileId}`;
  return row;
};
const matches = () =>
  bench.database.sql`select file_id, detector, count, confidence, samples from file_matches order by file_id, detector`;
const queued = () =>
  bench.database.sql<{ file: string; attempts: string | null; startAfter: Date; priority: number }[]>`
    select data->>'fileId' as file, data->>'attempts' as attempts, start_after::text as "startAfter", priority from pgboss.job
    where name = 'file.inspect' order by priority desc, start_after desc`;
const request = (...ids: string[]) =>
  inspectFiles(
    bench.core,
    systemViewer,
    ids.map((externalId) => ({ instanceId: id, externalId })),
  );
const run = (fileId: string, attempts?: number) =>
  inspectFile(bench.core, { instanceId: id, fileId, attempts }, new AbortController().signal);
const published = async () =>
  (
    await bench.database.sql<{ ids: string[] }[]>`
    select external_ids as ids from activity_log where topic = 'files' order by position desc limit 1`
  )[0]?.ids;

test("a requested file is read, and its status and masked matches are stored and announced", async () => {
  await addFile("a");
  await request("a");
  expect(await stored("a")).toMatchObject({ status: "PENDING" });
  await run("a");
  expect(await stored("a")).toEqual({ status: "INSPECTED", reason: null, version: "1" });
  expect(await matches()).toEqual([
    { file_id: "a", detector: "card-visa", count: 1, confidence: "HIGH", samples: ["Card **** **** **** ****"] },
  ]);
  expect(await published()).toEqual(["a"]);
});

test("the newest change is queued to come first, and folders are not queued", async () => {
  await addFile("old", { modifiedAt: "2026-01-01T00:00:00Z" });
  await addFile("new", { modifiedAt: "2026-11-01T00:00:00Z" });
  await addFile("folder", { isFolder: true });
  await request("old", "folder", "new");
  expect((await queued()).map(({ file }) => file)).toEqual(["new", "old"]);
});

test("the same content with the same detectors is not read again; a new version, and changed detectors, are", async () => {
  await addFile("a");
  await request("a");
  await run("a");
  await request("a");
  expect(await stored("a")).toMatchObject({ status: "INSPECTED" });
  await bench.database.sql`update files set version = '2' where external_id = 'a'`;
  await request("a");
  await run("a");
  expect(await stored("a")).toMatchObject({ status: "INSPECTED", version: "2" });
  const keyword = { name: "Heron", kind: "KEYWORDS", keywords: ["heron"], matchExamples: ["a heron"] } as const;
  const { slug } = await createDetector(bench.core, systemViewer, keyword);
  await request("a");
  expect(await stored("a")).toMatchObject({ status: "PENDING" });
  await run("a");
  await updateDetector(bench.core, systemViewer, slug, { ...keyword, keywords: ["card"], matchExamples: ["card"] });
  await request("a");
  await run("a");
  expect((await matches()).map(({ detector }) => detector)).toEqual(["card-visa", "custom-heron"]);
  expect(downloads).toHaveLength(4);
});

test("a file that changes while it is read is read again, and nothing of the old content is stored", async () => {
  await addFile("a");
  await request("a");
  content = async function* () {
    yield Buffer.from("Card 4539 1488 0343 6467");
    await bench.database.sql`update files set version = '2' where external_id = 'a'`;
  };
  await run("a");
  expect(await stored("a")).toMatchObject({ status: "PENDING" });
  expect(await matches()).toEqual([]);
  expect((await queued()).length).toBe(2);
  content = () => [Buffer.from("nothing")];
  await run("a");
  expect(await stored("a")).toEqual({ status: "INSPECTED", reason: null, version: "2" });
});

test("a job that runs twice does nothing the second time", async () => {
  await addFile("a");
  await request("a");
  await run("a");
  await run("a");
  expect(downloads).toEqual(["a"]);
});

test("a large file is not downloaded", async () => {
  await addFile("a", { size: 40_000_000 });
  await request("a");
  await run("a");
  expect(await stored("a")).toMatchObject({ status: "TOO_LARGE", reason: "It is larger than 30 MB." });
  expect(downloads).toEqual([]);
});

test("a refusal is DENIED with its reason, and matches of earlier content are removed", async () => {
  await addFile("a");
  await request("a");
  await run("a");
  await bench.database.sql`update files set version = '2' where external_id = 'a'`;
  await request("a");
  content = () => {
    throw new ProviderScopeError("The app does not allow downloads.", ["files.read"]);
  };
  await run("a");
  expect(await stored("a")).toMatchObject({ status: "DENIED", reason: "The app does not allow downloads." });
  expect(await matches()).toEqual([]);
});

test("a rate limit puts the file off until the app's time, an outage for growing pauses; after eight it has FAILED", async () => {
  await addFile("a");
  await request("a");
  const retryAt = new Date("2030-01-01T00:00:00Z");
  content = () => {
    throw new ProviderRateLimitError("Slow down.", retryAt);
  };
  await run("a");
  expect(await stored("a")).toMatchObject({ status: "PENDING" });
  expect(new Date((await queued())[0]!.startAfter)).toEqual(retryAt);
  content = () => {
    throw new ProviderUnavailableError("The app is down.");
  };
  await run("a", 2);
  expect((await queued()).map(({ attempts }) => attempts)).toContain("3");
  await run("a", 7);
  expect(await stored("a")).toMatchObject({ status: "FAILED", reason: "The app is down." });
});

test("files that do not exist, and those of others, look alike", async () => {
  await expect(request("none")).rejects.toThrow("A file was not found.");
  const stranger = { ...systemViewer, instanceIds: [] };
  await addFile("a");
  await expect(inspectFiles(bench.core, stranger, [{ instanceId: id, externalId: "a" }])).rejects.toThrow(
    "A file was not found.",
  );
});
