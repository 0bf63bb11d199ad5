import { resolve } from "node:path";
import { expect, test } from "vitest";
import { findWrongImports, whyWrong } from "../../scripts/import-directions.ts";

const allowed = (from: string, to: string, typeOnly = false) => whyWrong({ from, to, typeOnly }) === null;

test("imports point down everywhere", () => {
  expect(findWrongImports(resolve(import.meta.dirname, "../.."))).toEqual([]);
});

test.each([
  ["src/main.ts", "src/app.ts"],
  ["src/app.ts", "schema/builder.ts"],
  ["schema/alert.ts", "src/detection/alerts/update.ts"],
  ["jobs/scan-stream.ts", "src/ingest/scan/run.ts"],
  ["src/ingest/scan/run.ts", "src/connectors/index.ts"],
  ["src/ingest/scan/run.ts", "db/client.ts"],
  ["src/connectors/index.ts", "src/connectors/okta/index.ts"],
  ["src/connectors/okta/streams.ts", "src/platform/http/client.ts"],
  ["test/connectors/okta/map.test.ts", "src/connectors/okta/map.ts"],
])("%s may import %s", (from, to) => {
  expect(allowed(from, to)).toBe(true);
});

test.each([
  ["src/ingest/scan/run.ts", "schema/builder.ts"],
  ["src/ingest/scan/run.ts", "src/app.ts"],
  ["src/ingest/scan/run.ts", "graphql"],
  ["src/ingest/scan/run.ts", "src/connectors/okta/map.ts"],
  ["schema/alert.ts", "jobs/index.ts"],
  ["jobs/index.ts", "schema/builder.ts"],
  ["jobs/scan-stream.ts", "src/connectors/okta/map.ts"],
  ["src/connectors/okta/map.ts", "src/connectors/github/map.ts"],
  ["src/connectors/okta/map.ts", "db/client.ts"],
  ["src/connector-kit/connector.ts", "drizzle-orm/pg-core"],
  ["src/platform/http/client.ts", "src/connector-kit/connector.ts"],
  ["src/platform/http/client.ts", "graphql"],
  ["db/client.ts", "src/ingest/scan/run.ts"],
  ["src/app.ts", "src/config.ts"],
  ["src/app.ts", "sandbox/main.ts"],
  ["sandbox/main.ts", "src/platform/http/client.ts"],
  ["web/main.ts", "src/errors.ts"],
])("%s may not import %s", (from, to) => {
  expect(allowed(from, to)).toBe(false);
});

test("contracts may be named as types from below, but not loaded", () => {
  expect(allowed("src/platform/http/rate-limit.ts", "src/connector-kit/connector.ts", true)).toBe(true);
  expect(allowed("src/platform/http/rate-limit.ts", "src/connectors/okta/index.ts", true)).toBe(false);
  expect(allowed("src/app.ts", "src/config.ts", true)).toBe(true);
  expect(allowed("src/main.ts", "src/config.ts")).toBe(true);
});
