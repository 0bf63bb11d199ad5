import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import plain from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import corrected from "#db/driver/driver.ts";
import { faults, faultyVersion } from "#db/driver/faults.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { runNode } from "../support/process.ts";

let database: TestDatabase;
let root: string;
/** Two installations as `npm ci --ignore-scripts` leaves them: one of the version that is known, one of another. */
let known: string;
let other: string;

beforeAll(async () => {
  database = await createTestDatabase();
  root = mkdtempSync(join(tmpdir(), "gatehouse-driver-"));
  known = install("known", faultyVersion);
  other = install("other", "3.9.0");
});
afterAll(async () => {
  rmSync(root, { recursive: true, force: true });
  await database.drop();
});

function install(name: string, version: string): string {
  const folder = join(root, name);
  const repository = new URL("../../", import.meta.url).pathname;
  mkdirSync(join(folder, "db/driver"), { recursive: true });
  for (const file of ["driver.ts", "faults.ts"])
    cpSync(join(repository, "db/driver", file), join(folder, "db/driver", file));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const driver = join(folder, "node_modules/postgres");
  cpSync(join(repository, "node_modules/postgres"), driver, { recursive: true });
  for (const [file, passages] of Object.entries(faults)) {
    const path = join(driver, "src", file);
    const text = passages.reduce((source, [from, to]) => source.replace(to, () => from), readFileSync(path, "utf8"));
    writeFileSync(path, text);
  }
  const manifest = join(driver, "package.json");
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, "utf8")), version }));
  return folder;
}

/** A transaction whose backend is ended between its two statements. Prints how it ended, and what was kept of it: nothing, if all is well. */
const scenario = (driver: string, url: string) => `
  import postgres from "${driver}";
  const sql = postgres("${url}", { max: 1, onnotice() {}, connection: { application_name: "scenario" } });
  const admin = postgres("${url}", { max: 1, onnotice() {} });
  await admin\`create table if not exists marks (name text)\`;
  await admin\`truncate marks\`;
  let ended = "committed";
  const inner = Promise.withResolvers();
  await sql.begin(async (tx) => {
    await tx\`insert into marks values ('first')\`;
    await admin\`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'scenario'\`;
    await new Promise((done) => setTimeout(done, 100));
    const others = [1, 2, 3].map(() => sql\`select 1\`.catch(() => {}));
    await new Promise((done) => setTimeout(done, 100));
    await tx\`insert into marks values ('second')\`.catch(() => {});
    await Promise.all(others);
    inner.resolve();
  }).catch(() => { ended = "failed"; });
  await inner.promise;
  console.log(ended, (await admin\`select name from marks\`).map(({ name }) => name).join());
  process.exit();
`;

const run = (folder: string, driver: string) => {
  writeFileSync(join(folder, "scenario.js"), scenario(driver, database.url));
  return runNode(join(folder, "scenario.js"), [], { cwd: folder });
};

test("is corrected while it is loaded, and nothing in node_modules is changed", async () => {
  const source = () => readFileSync(join(known, "node_modules/postgres/src/connection.js"), "utf8");
  const before = source();
  expect((await run(known, "./node_modules/postgres/src/index.js")).stdout.trim()).toBe("failed second");
  expect((await run(known, "./db/driver/driver.ts")).stdout.trim()).toBe("failed");
  expect(source()).toBe(before);
});

test("another version is refused with what to do", async () => {
  const { code, stderr } = await run(other, "./db/driver/driver.ts");
  expect(code).not.toBe(0);
  expect(stderr).toContain(`node_modules/postgres) is 3.9.0; Gatehouse corrects faults of ${faultyVersion}`);
  expect(stderr).toContain("npm ci");
});

test("is the only one that Gatehouse opens connections with", () => {
  expect(corrected).not.toBe(plain);
  const root = new URL("../../", import.meta.url).pathname;
  const files = globSync(["src/**/*.ts", "db/**/*.ts", "jobs/**/*.ts", "schema/**/*.ts"], { cwd: root });
  const open = files.filter((file) =>
    /^import (?!type )(?!\{ type \w+ \}).*from "postgres";/m.test(readFileSync(join(root, file), "utf8")),
  );
  expect(open).toEqual([]);
});
