import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rawSql } from "#db/client.ts";
import { type Data, idOf, read, startApp, type TestApp } from "../support/app.ts";
import { random } from "../support/random.ts";
import {
  activityRecord,
  addActivities,
  ago,
  range,
  seedContainments,
  seedDestination,
  seedInstance,
  seedPolicy,
} from "../support/seed.ts";

/** Path of the binary for this machine: the package brings one for each. */
const relayCompiler: string = createRequire(import.meta.url)("relay-compiler");
const activityCount = 57;
let app: TestApp;
let first: number;
let second: number;

beforeAll(async () => {
  app = await startApp();
  first = await seedInstance(app.core, "github", "first", {
    users: 23,
    activities: 40,
    posture: true,
    alerts: 2,
    files: 5,
  });
  second = await seedInstance(app.core, "okta", "second", { users: 20, activities: activityCount - 40 });
  await seedContainments(app.core, first, 3);
  await seedDestination(app.core, "siem", 2);
  const policy = await seedPolicy(app.core, "Policy");
  await rawSql(
    app.core.db,
  )`insert into suppressions (policy_id, match, reason, created_by) values (${policy}, '{}', 'known', 'somebody')`;
  await rawSql(
    app.core.db,
  )`insert into ip_ranges (name, cidrs, category) values ('Office', '{198.51.100.0/24}', 'CORPORATE')`;
});

describe("the Relay compiler", () => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-relay-"));
  const operations = new Map<string, { text: string; kind: string }>();
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(async () => {
    cpSync(join(import.meta.dirname, "../../schema.graphql"), join(folder, "schema.graphql"));
    cpSync(join(import.meta.dirname, "relay-app.txt"), join(folder, "App.js"));
    writeFileSync(
      join(folder, "relay.config.json"),
      JSON.stringify({ src: ".", schema: "schema.graphql", language: "javascript", eagerEsModules: true }),
    );
    await promisify(execFile)(relayCompiler, [join(folder, "relay.config.json"), "--noWatchman"], {
      cwd: folder,
    });
    const made = join(folder, "__generated__");
    for (const file of readdirSync(made)) {
      const source = readFileSync(join(made, file), "utf8");
      const [, text] = /"text": ("(?:[^"\\]|\\.)*")/.exec(source) ?? [];
      const [, kind] = /"operationKind": "(\w+)"/.exec(source) ?? [];
      if (text && kind) operations.set(file.replace(".graphql.js", ""), { text: JSON.parse(text), kind });
    }
  });

  test("takes the schema, a paginated and a refetchable fragment, a mutation and a subscription", () => {
    expect(Object.fromEntries([...operations].map(([name, { kind }]) => [name, kind]))).toEqual({
      AppActivitiesQuery: "query",
      AppActivityAddedSubscription: "subscription",
      AppActivitiesPaginationQuery: "query",
      AppCreateTokenMutation: "mutation",
      AppGroupMembersPaginationQuery: "query",
      AppUserRefetchQuery: "query",
      AppUsersPaginationQuery: "query",
    });
  });

  test("what it makes of them runs: pages, a refetch by id, a mutation, a subscription", async () => {
    const run = (name: string, variables?: object) => app.data(operations.get(name)!.text, variables);
    const page = await run("AppActivitiesQuery", { count: 5 });
    const { edges, pageInfo } = page.activities;
    expect(edges).toHaveLength(5);
    const more = await run("AppActivitiesPaginationQuery", { count: 5, cursor: pageInfo.endCursor });
    expect(new Set([...edges, ...more.activities.edges].map(({ node }: Data) => node.id)).size).toBe(10);

    const { users } = await run("AppUsersPaginationQuery", { count: 3, search: "user" });
    const id = users.edges[0].node.id;
    expect((await run("AppUserRefetchQuery", { id })).node).toMatchObject({
      __typename: "User",
      id,
      displayName: "User 0",
    });
    const members = await run("AppGroupMembersPaginationQuery", {
      id: idOf("Group", first, "g0"),
      count: 2,
      cursor: null,
    });
    expect(members.node.members.edges).toHaveLength(2);

    const { createApiToken } = await run("AppCreateTokenMutation", { name: "from Relay" });
    expect(createApiToken).toMatchObject({ apiToken: { name: "from Relay" }, userErrors: [] });

    const { streamCursor } = (await app.data("{ activities(first: 0) { streamCursor } }")).activities;
    await addActivities(app.core, second, [activityRecord(9000, { occurredAt: ago(-10) })]);
    const reader = read(app.socket(), operations.get("AppActivityAddedSubscription")!.text, { after: streamCursor });
    expect(await reader.until(1)).toMatchObject([{ activity: { eventType: "session.start" } }]);
    reader.stop();
    await app.core.db.execute(`delete from activities where external_id = 'a9000'`);
  });
});

describe("global object identification", () => {
  const ofEach = `{
    connectors { id capabilities { id } } instances(first: 2) { nodes { id } } users(first: 2) { nodes { id privileges { id } identity { id } } }
    groups(first: 2) { nodes { id } } activities(first: 2) { nodes { id } } scans(first: 2) { nodes { id } }
    oauthApps(first: 2) { nodes { id } } files(first: 2) { nodes { id } } recommendations(first: 2) { nodes { id } } alerts(first: 2) { nodes { id } } governanceActions(first: 2) { nodes { id } } containments(first: 2) { nodes { id } } ipRanges(first: 2) { nodes { id } } apiTokens { id } policies(first: 2) { nodes { id } } suppressions(first: 2) { nodes { id } } destinations { id deliveries { nodes { id } } } auditLog(first: 2) { nodes { id } }
  }`;

  async function idsByType(): Promise<Map<string, string[]>> {
    await app.ask(`mutation { disableInstance(instanceId: "${idOf("Instance", 999)}") { userErrors { code } } }`);
    const found = new Map<string, string[]>();
    const walk = (data: Data): void => {
      if (Array.isArray(data)) for (const one of data) walk(one);
      else if (data && typeof data === "object")
        for (const [key, value] of Object.entries(data)) {
          if (key !== "id") walk(value);
          else {
            const type = Buffer.from(value as string, "base64url")
              .toString()
              .split(":")[0]!;
            found.set(type, [...new Set([...(found.get(type) ?? []), value as string])]);
          }
        }
    };
    walk(await app.data(ofEach));
    return found;
  }

  test("each object with an id is found by it, with node and with nodes, under the same id", async () => {
    const byType = await idsByType();
    const { __type: node } = await app.data(`{ __type(name: "Node") { possibleTypes { name } } }`);
    expect([...byType.keys()].sort()).toEqual(node.possibleTypes.map(({ name }: Data) => name).sort());
    for (const [type, ids] of byType) {
      for (const id of ids.slice(0, 2))
        expect(await app.data("query ($id: ID!) { node(id: $id) { __typename id } }", { id })).toEqual({
          node: { __typename: type, id },
        });
    }
    const ids = [...byType.values()].flat().slice(0, 200);
    const { nodes } = await app.data("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids });
    expect(nodes.map(({ id }: Data) => id)).toEqual(ids);
  });

  test("nodes keeps order and repeats, has null for what is absent, and an error for what is no id", async () => {
    const user = idOf("User", first, "u1");
    const ids = [
      user,
      idOf("User", first, "nobody"),
      idOf("Instance", second),
      "garbage",
      user,
      idOf("Instance", 9999),
      idOf("Viewer", 1),
    ];
    const { data, errors } = await app.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids });
    expect(data.nodes).toEqual([{ id: user }, null, { id: ids[2] }, null, { id: user }, null, null]);
    expect(errors).toMatchObject([
      { path: ["nodes", 3], extensions: { code: "BAD_USER_INPUT", field: ["ids", "3"] } },
      { path: ["nodes", 6], extensions: { code: "BAD_USER_INPUT" } },
    ]);
    expect((await app.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids: [] })).data.nodes).toEqual([]);
    const many = await app.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids: range(201).map(() => user) });
    expect(many.errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", field: ["ids"] } }]);
  });

  test("what is no id is refused, with words of ours and no failure of ours", async () => {
    const wrong = [
      ...["", "x", "💥", "a".repeat(5000), Buffer.from(":1").toString("base64url")],
      ...[
        "Nothing:1",
        "constructor:1",
        "Query:1",
        "Node:1",
        "PageInfo:1",
        "UserConnection:1",
        "User:",
        "User:1",
        "User:x/u1",
        "Instance:x",
        "Instance:-1",
        "Instance:99999999999",
        "Scan:1/x",
      ].map((text) => Buffer.from(text).toString("base64url")),
      ...["Activity:1/x", "Activity:1/999999999999999/a", "Activity:1/-999999999999999/a", "User:1/a\0b"].map((text) =>
        Buffer.from(text).toString("base64url"),
      ),
    ];
    for (const id of wrong) {
      const { data, errors } = await app.ask("query ($id: ID!) { node(id: $id) { id } }", { id });
      expect([id.slice(0, 50), data, errors[0]?.extensions.code, errors[0]?.message]).toEqual([
        id.slice(0, 50),
        { node: null },
        "BAD_USER_INPUT",
        expect.stringContaining("is not an id of this API"),
      ]);
    }
    expect(app.logged.filter(({ level }) => Number(level) >= 40)).toEqual([]);
  });
});

describe("connections", () => {
  const lists = {
    activities: { count: activityCount, field: "activities" },
    users: { count: 43, field: "users" },
  };
  type List = keyof typeof lists;

  async function page(list: List, args: object): Promise<Data> {
    const data = await app.data(
      `query ($first: Int, $after: String, $last: Int, $before: String) {
        ${list}(first: $first, after: $after, last: $last, before: $before) { edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount }
      }`,
      args,
    );
    return data[list];
  }
  const idsOf = ({ edges }: Data): string[] => edges.map(({ node }: Data) => node.id);

  for (const list of Object.keys(lists) as List[]) {
    const { count } = lists[list];

    test(`${list}: every page size, forwards and backwards, gives the same items once`, async () => {
      const whole = idsOf(await page(list, { first: 200 }));
      expect(whole).toHaveLength(count);
      expect(new Set(whole).size).toBe(count);
      for (const size of [1, 7, 20, count, 200]) {
        const forwards: string[] = [];
        let after: string | null = null;
        for (let more = true; more; ) {
          const one: Data = await page(list, { first: size, after });
          expect(one.pageInfo).toEqual({
            hasNextPage: forwards.length + size < count,
            hasPreviousPage: after !== null,
            startCursor: one.edges[0].cursor,
            endCursor: one.edges.at(-1).cursor,
          });
          expect(one.nodes).toEqual(one.edges.map(({ node }: Data) => node));
          forwards.push(...idsOf(one));
          after = one.pageInfo.endCursor;
          more = one.pageInfo.hasNextPage;
        }
        expect(forwards).toEqual(whole);
        const backwards: string[] = [];
        let cursor: string | null = null;
        for (let more = true; more; ) {
          const one: Data = await page(list, { last: size, before: cursor });
          expect([one.pageInfo.hasPreviousPage, one.pageInfo.hasNextPage]).toEqual([
            backwards.length + size < count,
            cursor !== null,
          ]);
          backwards.unshift(...idsOf(one));
          cursor = one.pageInfo.startCursor;
          more = one.pageInfo.hasPreviousPage;
        }
        expect(backwards).toEqual(whole);
      }
    });

    test(`${list}: each edge's cursor is its place, from both sides`, async () => {
      const { edges } = await page(list, { first: 10 });
      const ids = edges.map(({ node }: Data) => node.id);
      for (const [index, { cursor }] of edges.entries()) {
        expect(idsOf(await page(list, { first: 3, after: cursor })).slice(0, 9 - index)).toEqual(
          ids.slice(index + 1, index + 4),
        );
        expect(idsOf(await page(list, { last: 3, before: cursor }))).toEqual(ids.slice(Math.max(0, index - 3), index));
      }
    });

    test(`${list}: sizes of 0, none and too many`, async () => {
      const none = await page(list, { first: 0 });
      expect(none).toEqual({
        edges: [],
        nodes: [],
        pageInfo: { hasNextPage: expect.any(Boolean), hasPreviousPage: false, startCursor: null, endCursor: null },
        totalCount: count,
      });
      expect((await page(list, {})).edges).toHaveLength(Math.min(50, count));
      const beyond = await page(list, { first: 5, after: (await page(list, { last: 1 })).pageInfo.endCursor });
      expect(beyond).toMatchObject({
        edges: [],
        pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
      });
      for (const [args, field] of [
        ["first: 201", "first"],
        ["first: -1", "first"],
        ["last: 201", "last"],
        ["last: -5", "last"],
        ["first: 1, last: 1", "last"],
        [`after: "nonsense"`, "after"],
        [`last: 1, before: "nonsense"`, "before"],
        [`first: 1, before: "x"`, "before"],
        [`last: 1, after: "x"`, "after"],
      ]) {
        const { errors } = await app.ask(`{ ${list}(${args}) { nodes { id } } }`);
        expect([args, errors[0]?.extensions]).toMatchObject([args, { code: "BAD_USER_INPUT", field: [field] }]);
      }
    });

    test(`${list}: a cursor that somebody made up is refused, or is a place like another`, async () => {
      const by = random();
      const parts = [
        0,
        1,
        -1,
        2 ** 31,
        -(2 ** 40),
        2 ** 53,
        1e300,
        8.64e15,
        1e14,
        null,
        true,
        "",
        "x",
        "\0",
        "\ud800",
        [],
        {},
      ];
      const codes = new Set<unknown>();
      for (const _ of range(300)) {
        const cursor = Buffer.from(JSON.stringify(by.some(parts, 4, true))).toString("base64url");
        const { errors } = await app.ask(
          `query ($after: String) { ${list}(first: 1, after: $after) { nodes { id } } }`,
          { after: cursor },
        );
        codes.add(errors[0]?.extensions.code);
      }
      expect([...codes].sort()).toEqual(["BAD_USER_INPUT", undefined].slice(0, codes.size));
      expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
    });
  }

  test("places hold while items come and go around them", async () => {
    const whole = idsOf(await page("activities", { first: 200 }));
    const seen: string[] = [];
    let after: string | null = null;
    const added: string[] = [];
    for (let more = true; more; ) {
      const one: Data = await page("activities", { first: 6, after });
      seen.push(...idsOf(one));
      ({ endCursor: after, hasNextPage: more } = one.pageInfo);
      // One newer than all, one at the very instant of the last seen, which sorts before or behind it.
      await addActivities(app.core, second, [
        activityRecord(7000 + seen.length, { occurredAt: ago(-1 - seen.length) }),
      ]);
      added.push(`a${7000 + seen.length}`);
    }
    expect(seen).toEqual(whole);
    expect(idsOf(await page("activities", { last: 200 })).slice(-whole.length)).toEqual(whole);
    for (const id of added) await app.core.db.execute(`delete from activities where external_id = '${id}'`);
  });

  test("items of one instant are told apart by their cursors", async () => {
    const instant = ago(-500);
    await addActivities(
      app.core,
      first,
      range(9).map((n) => activityRecord(8000 + n, { occurredAt: instant })),
    );
    await addActivities(
      app.core,
      second,
      range(9).map((n) => activityRecord(8000 + n, { occurredAt: instant })),
    );
    const seen: string[] = [];
    let after: string | null = null;
    while (seen.length < 18) {
      const one: Data = await page("activities", { first: 2, after });
      seen.push(...idsOf(one));
      after = one.pageInfo.endCursor;
    }
    expect(new Set(seen).size).toBe(18);
    await app.core.db.execute("delete from activities where external_id like 'a800%'");
  });

  test("totals are exact up to 10,000, then null", async () => {
    const total = async () => (await app.data("{ activities(first: 1) { totalCount } }")).activities.totalCount;
    const add = (from: number, to: number) =>
      addActivities(
        app.core,
        first,
        range(to - from).map((n) => activityRecord(20_000 + from + n, { occurredAt: ago(2000) })),
      );
    await add(0, 10_000 - activityCount);
    expect(await total()).toBe(10_000);
    await add(10_000, 10_001);
    expect(await total()).toBe(null);
    await app.core.db.execute("delete from activities where external_id like 'a2____' or external_id like 'a3____'");
  });
});
