import { beforeAll, expect, test } from "vitest";
import { rawSql } from "#db/client.ts";
import { sealUnreadable, storeUnreadable } from "#src/ingest/unreadable.ts";
import { idOf, startApp, type TestApp } from "../support/app.ts";
import { range, seedInstance } from "../support/seed.ts";

let app: TestApp;
let inside: number;
let outside: number;

beforeAll(async () => {
  app = await startApp();
  inside = await seedInstance(app.core, "github", "inside");
  outside = await seedInstance(app.core, "okta", "outside");
  const sql = rawSql(app.core.db);
  for (const instanceId of [inside, outside]) {
    await sql`insert into streams (instance_id, stream, part, label, from_at) values (${instanceId}, 'ACTIVITIES', 'eu', 'Europe', now())`;
    for (const n of range(3)) {
      const origin = { instanceId, stream: "ACTIVITIES" as const, part: n === 0 ? "" : "eu" };
      const items = [{ kind: "unreadable" as const, path: `[${n}].id`, reason: "Expected a text.", raw: { n } }];
      const sealed = sealUnreadable(app.core.secrets, origin, items);
      await storeUnreadable(sql, origin, sealed, new Date(Date.UTC(2026, 10, 20, 8, n)));
    }
  }
});

const query = `query ($id: ID!, $first: Int, $after: String) { instance(id: $id) {
  unreadableRecords(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { stream part path reason firstSeenAt lastSeenAt count raw }
  }
  health { streams { stream part partLabel unreadableRecords } }
  capabilities { granted }
  scans(first: 1) { nodes { part } }
  gaps { part }
} }`;

test("records that were set aside are listed, the newest first, page by page, with what the app sent", async () => {
  const { instance } = await app.data(query, { id: idOf("Instance", inside), first: 2 });
  const { nodes, pageInfo, totalCount } = instance.unreadableRecords;
  expect(totalCount).toBe(3);
  expect(nodes[0]).toEqual({
    stream: "ACTIVITIES",
    part: "eu",
    path: "[2].id",
    reason: "Expected a text.",
    firstSeenAt: "2026-11-20T08:02:00.000Z",
    lastSeenAt: "2026-11-20T08:02:00.000Z",
    count: 1,
    raw: { n: 2 },
  });
  const rest = await app.data(query, { id: idOf("Instance", inside), first: 2, after: pageInfo.endCursor });
  expect(rest.instance.unreadableRecords.nodes).toMatchObject([{ part: null, path: "[0].id", raw: { n: 0 } }]);
  expect(instance.health.streams).toEqual(
    expect.arrayContaining([
      { stream: "ACTIVITIES", part: null, partLabel: null, unreadableRecords: 1 },
      { stream: "ACTIVITIES", part: "eu", partLabel: "Europe", unreadableRecords: 2 },
    ]),
  );
});

test("a viewer sees that there are some and why, but not the records", async () => {
  const { data, errors } = await app.ask(query, { id: idOf("Instance", inside) }, app.tokens.VIEWER);
  expect(data.instance.unreadableRecords.nodes.map((node: { raw: unknown }) => node.raw)).toEqual([null, null, null]);
  expect(errors[0]?.extensions.code).toBe("FORBIDDEN");
  const { errors: none } = await app.ask(query, { id: idOf("Instance", inside) }, app.tokens.ANALYST);
  expect(none).toEqual([]);
});

test("whoever may see one instance sees no other's", async () => {
  const { secret } = await app.newToken("ANALYST", [inside]);
  const { instance } = await app.data(query, { id: idOf("Instance", outside) }, secret);
  expect(instance).toBeNull();
});
