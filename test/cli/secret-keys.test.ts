import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadSecretKeys } from "#src/cli/secret-keys.ts";
import { ConfigError, loadConfig } from "#src/config.ts";
import { runNode } from "../support/process.ts";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-keys-"));
afterAll(() => rmSync(folder, { recursive: true }));
const configIn = (name: string) => loadConfig({ GATEHOUSE_DATA: join(folder, name) }, "/");

test("the keys that are set are the keys, and no file is made", () => {
  const key = randomBytes(32);
  const dataDirectory = join(folder, "set");
  const env = { GATEHOUSE_SECRET_KEYS: key.toString("hex"), GATEHOUSE_DATA: dataDirectory };
  expect(loadSecretKeys(loadConfig(env, "/"))).toEqual([key]);
  expect(existsSync(dataDirectory)).toBe(false);
});

test("without them a key is made once, for its owner only", () => {
  const config = configIn("made");
  const [key] = loadSecretKeys(config);
  expect(key).toHaveLength(32);
  expect(loadSecretKeys(config)).toEqual([key]);
  const file = join(config.dataDirectory, "secret-key");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  chmodSync(file, 0o644);
  loadSecretKeys(config);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("processes that start at once agree on one key", async () => {
  const { dataDirectory } = configIn("raced");
  const script = join(folder, "print-key.ts");
  const source = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
  writeFileSync(
    script,
    `import { loadConfig } from ${source("config.ts")}; import { loadSecretKeys } from ${source("cli/secret-keys.ts")};
     console.log(loadSecretKeys(loadConfig(process.env, "/"))[0].toString("hex"));`,
  );
  const env = { GATEHOUSE_DATA: dataDirectory, GATEHOUSE_SECRET_KEYS: undefined };
  const runs = await Promise.all(Array.from({ length: 4 }, () => runNode(script, [], { env })));
  expect(runs.map(({ stderr }) => stderr)).toEqual(["", "", "", ""]);
  expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1);
  expect(readdirSync(dataDirectory)).toEqual(["secret-key"]);
});

test("a damaged key file is an error, never a reason for a new key", () => {
  const config = configIn("damaged");
  loadSecretKeys(config);
  const file = join(config.dataDirectory, "secret-key");
  writeFileSync(file, "oops");
  expect(() => loadSecretKeys(config)).toThrow(ConfigError);
  expect(() => loadSecretKeys(config)).toThrow(/secret-key does not hold 32 bytes/);
});
