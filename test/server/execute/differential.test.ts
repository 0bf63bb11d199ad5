import type { GraphQLField, GraphQLObjectType } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "#db/client.ts";
import { createContext } from "#schema/context.ts";
import { schema } from "#schema/index.ts";
import { systemViewer, type Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { createTailer, type Tailer } from "#src/realtime/tailer.ts";
import { type Data, idOf, startApp, type TestApp } from "../../support/app.ts";
import { seedInstance } from "../../support/seed.ts";
import { bothWays, validDocument } from "./both-ways.ts";
import { createRandom, generateOperation, newSeed, type Random } from "./generate.ts";

let app: TestApp;
let core: Core;
let tailer: Tailer;
let closeDatabase: () => Promise<void>;
const known: Record<string, string[]> = {};
const cursors: string[] = [];
beforeAll(async () => {
  app = await startApp();
  for (const [slug, name] of [
    ["github", "Acme"],
    ["okta", "Acme"],
    ["workday", "Beta"],
  ] as const)
    await seedInstance(app.core, slug, name, { users: 6, groups: 3, activities: 12, posture: true });
  // What is told of "now" must be the same in both executions.
  const instant = new Date();
  // One connection: statements answer in the order in which they are asked.
  const { db, sql, close } = openDatabase(app.databaseUrl, { max: 1 });
  closeDatabase = close;
  core = { ...app.core, db, now: () => instant };
  tailer = createTailer({ sql, log: app.core.log });
  const data = await app.data(
    `{ instances { nodes { id } edges { cursor } } users { nodes { id } edges { cursor } } groups { nodes { id } } activities(first: 20) { nodes { id } edges { cursor } }
       oauthApps { nodes { id } } scans { nodes { id } } connectors { id capabilities { id } } identities { nodes { id } } }`,
  );
  for (const [name, list] of Object.entries<Data>(data)) {
    known[name] = (list.nodes ?? list).map((node: { id: string }) => node.id);
    for (const { cursor } of list.edges ?? []) cursors.push(cursor);
  }
});

afterAll(() => closeDatabase());

/** Mostly what there is, of the right kind or not; now and then what there is not, and what is no id or cursor at all. */
function value(type: string, argument: string, random: Random): unknown {
  if (type === "ID") {
    const kind = argument === "instanceIds" ? "instances" : argument === "userIds" ? "users" : null;
    if (random.chance(0.08)) return random.pick(["garbage", "", idOf("User", "99/nobody"), idOf("Nothing", 1)]);
    return random.pick(known[kind ?? random.pick(Object.keys(known))]!);
  }
  if (type === "DateTime")
    return random.pick(["2026-01-01T00:00:00Z", "2030-01-01T00:00:00.5+02:00", new Date(0).toISOString(), "yesterday"]);
  if (argument === "first" || argument === "last") return random.pick([0, 1, 2, 3, 5, 50, 201, -1]);
  if (argument === "after" || argument === "before") return random.chance(0.8) ? random.pick(cursors) : "bm8";
  if (argument === "connectorSlugs" || argument === "slug") return random.pick(["github", "okta", "nothing"]);
  if (argument === "interval") return random.pick(["P1D", "PT1H", "soon"]);
  if (argument === "search" || argument === "actor") return random.pick(["User 1", "Acme", "%", "é"]);
  return undefined;
}

async function compare(viewer: Viewer, runs: number): Promise<{ ran: number; failed: number }> {
  const seed = newSeed();
  const random = createRandom(seed);
  const newContext = () => createContext({ core, tailer, revalidate: async () => viewer }, viewer);
  let ran = 0;
  let failed = 0;
  for (let n = 0; n < runs; n += 1) {
    const generated = generateOperation(schema, random, { depth: 5, value });
    const document = validDocument(schema, generated.query);
    if (!document) continue;
    const { plain, compiled, errors } = await bothWays(schema, document, generated, newContext, {
      concurrent: true,
    });
    if (plain !== compiled)
      expect({ seed, n, ...generated, text: compiled }).toEqual({ seed, n, ...generated, text: plain });
    ran += 1;
    failed += errors;
  }
  return { ran, failed };
}

describe("random operations over the real schema are answered as graphql-js answers them, to the byte", () => {
  test("for an ADMIN of everything", { timeout: 240_000 }, async () => {
    const { ran, failed } = await compare(systemViewer, 2_000);
    expect(ran).toBeGreaterThan(1_000);
    expect(failed).toBeGreaterThan(100);
    expect(failed).toBeLessThan(ran * 0.7);
  });

  test("for a VIEWER of one instance", { timeout: 240_000 }, async () => {
    const viewer: Viewer = { ...systemViewer, id: "token/1", role: "VIEWER", instanceIds: [2] };
    const { ran } = await compare(viewer, 800);
    expect(ran).toBeGreaterThan(400);
  });
});

/** Lists read the columns that are selected: no field may need what only others ask for. */
describe("a field answers the same alone as in the company of all others", () => {
  const types: Record<string, { list: string; node: string; without?: string[] }> = {
    Activity: { list: "{ activities(first: 8) { edges { node { id % } } } }", node: "activities" },
    User: { list: "{ users(first: 8) { nodes { id % } } }", node: "users" },
    Instance: { list: "{ instances { nodes { id % } } }", node: "instances" },
  };
  for (const [name, { list, node }] of Object.entries(types))
    test(name, async () => {
      const all = selections(name);
      const whole = await ask(list, all.join(" "));
      const nodes = known[node]!.slice(0, 3);
      for (const one of all) {
        const responseName = /^\w+/.exec(one)![0];
        const only = (rows: Record<string, unknown>[]) =>
          rows.map((row) => ({ id: row.id, [responseName]: row[responseName] }));
        expect(await ask(list, one)).toEqual(only(whole));
        const byId = await ask(
          nodes.map((id, n) => `n${n}: node(id: "${id}") { ... on ${name} { id % } }`).join(" "),
          one,
        );
        expect(byId).toEqual(only(whole.filter((row) => nodes.includes(row.id as string))));
      }
    });

  async function ask(text: string, fields: string): Promise<Record<string, unknown>[]> {
    const query = text.replaceAll("%", fields);
    const data = await app.data(query.startsWith("{") ? query : `{ ${query} }`);
    return rowsIn(data);
  }

  function rowsIn(found: unknown): Record<string, unknown>[] {
    if (Array.isArray(found)) return found.flatMap(rowsIn);
    if (typeof found !== "object" || found === null) return [];
    return "id" in found ? [found as Record<string, unknown>] : Object.values(found).flatMap(rowsIn);
  }

  /** Every field that needs no arguments, with a little below it. */
  function selections(typeName: string): string[] {
    const deep: Record<string, string> = {
      instance: "{ id name status connector { slug } userCount }",
      user: "{ id email instance { name } identity { email } }",
      identity: "{ id email users { id } terminatedSource { id } }",
      connector: "{ slug }",
      targets: "{ type id name }",
      capabilities: "{ granted reason missingScopes }",
      health: "{ state streams { stream } }",
      gaps: "{ from to }",
      groups: "{ nodes { name } totalCount }",
      privileges: "{ name }",
      activities: "(first: 2) { nodes { id eventType user { login } } }",
      users: "(first: 2) { nodes { id displayName instance { name } } }",
      scans: "(first: 2) { nodes { status } }",
    };
    const fields = Object.values((schema.getType(typeName) as GraphQLObjectType).getFields());
    const plain = fields.filter(
      (field) => field.name !== "id" && !("getFields" in named(field)) && field.args.length === 0,
    );
    const below = fields.filter((field) => deep[field.name]).map((field) => `${field.name} ${deep[field.name]}`);
    return [...plain.map((field) => field.name), ...below];
  }

  function named(field: GraphQLField<unknown, unknown>): object {
    let type: { ofType?: object } = field.type as never;
    while (type.ofType) type = type.ofType;
    return type;
  }
});
