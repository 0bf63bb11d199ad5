import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { floors } from "../../scripts/floors.ts";
import { findCircles, findWrongImports, whyWrong } from "../../scripts/import-directions.ts";

test("imports point down everywhere, and there is no circle", () => {
  expect(findWrongImports(resolve(import.meta.dirname, "../.."))).toEqual([]);
});

test("docs/architecture.md draws every room on its floor", () => {
  const text = readFileSync(resolve(import.meta.dirname, "../../docs/architecture.md"), "utf8");
  const drawn = [...text.matchAll(/^ *(\d+) {2}↓ {2}(\S+)/gm)].map(([, floor, room]) => `${floor} ${room}`);
  const built = floors.flatMap(({ rooms }, index) => rooms.map((room) => `${index + 1} ${room}`));
  expect(drawn.sort()).toEqual(built.sort());
});

test.each([
  ["src/main.ts", "src/app.ts"],
  ["src/main.ts", "src/config.ts"],
  ["src/app.ts", "schema/builder.ts"],
  ["src/app.ts", "src/config.ts"],
  ["schema/alert.ts", "src/detection/alerts/update.ts"],
  ["jobs/scan-stream.ts", "src/ingest/scan/run.ts"],
  ["src/ingest/scan/run.ts", "src/connectors/index.ts"],
  ["src/ingest/scan/run.ts", "src/detection/alerts/raise.ts"],
  ["src/ingest/scan/run.ts", "db/client.ts"],
  ["src/connectors/apps.ts", "src/connectors/okta/index.ts"],
  ["src/connectors/okta/streams/users.ts", "src/platform/http/client.ts"],
  ["src/connectors/azure/manifest.ts", "src/connectors/_microsoft/entra-logs.ts"],
  ["test/connectors/okta/map.test.ts", "src/connectors/okta/map.ts"],
])("%s may import %s", (from, to) => {
  expect(whyWrong({ from, to })).toBeNull();
});

test.each([
  ["src/ingest/scan/run.ts", "schema/builder.ts", "above"],
  ["src/ingest/scan/run.ts", "src/app.ts", "above"],
  ["src/ingest/scan/run.ts", "src/ingest/import/import.ts", "beside"],
  ["src/ingest/scan/run.ts", "graphql", "package"],
  ["src/ingest/scan/run.ts", "src/connectors/okta/map.ts", "only through src/connectors/index.ts"],
  ["src/instances/start.ts", "src/detection/alerts/raise.ts", "above"],
  ["schema/alert.ts", "jobs/index.ts", "beside"],
  ["jobs/index.ts", "schema/builder.ts", "beside"],
  ["jobs/scan-stream.ts", "src/connectors/okta/map.ts", "only through src/connectors/index.ts"],
  ["src/connectors/okta/map.ts", "src/connectors/github/map.ts", "only by the list"],
  ["src/connectors/_microsoft/entra-logs.ts", "src/connectors/azure/manifest.ts", "only by the list"],
  ["src/connectors/okta/map.ts", "db/client.ts", "no floor|package|above"],
  ["src/connector-kit/connector.ts", "drizzle-orm/pg-core", "package"],
  ["src/connector-kit/connector.ts", "src/connectors/index.ts", "above"],
  ["src/platform/http/client.ts", "src/connector-kit/connector.ts", "above"],
  ["src/platform/http/client.ts", "graphql", "package"],
  ["db/client.ts", "src/ingest/scan/run.ts", "above"],
  ["src/app.ts", "sandbox/main.ts", "no floor"],
  ["src/attic/new.ts", "src/errors.ts", "add it to scripts/floors.ts"],
  ["sandbox/main.ts", "src/platform/http/client.ts", "knows nothing"],
  ["web/main.ts", "src/errors.ts", "knows nothing"],
])("%s may not import %s", (from, to, reason) => {
  expect(whyWrong({ from, to })).toMatch(new RegExp(reason));
});

test("a circle of files is found, however long, and a diamond is none", () => {
  const graph = new Map([
    ["a", ["b", "d"]],
    ["b", ["c"]],
    ["c", ["a"]],
    ["d", ["e", "f"]],
    ["e", ["g"]],
    ["f", ["g"]],
    ["g", []],
  ]);
  expect(findCircles(graph)).toEqual([["a", "b", "c"]]);
});
