import {
  type ExecutionResult,
  execute,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isLeafType,
  isObjectType,
  parse,
  validate,
} from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase, rawSql } from "#db/client.ts";
import { createContext } from "#schema/context.ts";
import { schema } from "#schema/index.ts";
import { recordAudit } from "#src/access/audit.ts";
import { systemViewer, type Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { createTailer } from "#src/realtime/tailer.ts";
import { type Data, startApp, type TestApp } from "../support/app.ts";
import { range, seedContainments, seedDestination, seedInstance, seedPolicy } from "../support/seed.ts";

// Operations are executed directly, on a connection pool that counts: no sign-in and no reader of the log in between.

const sizes = [1, 10, 50];
let app: TestApp;
let counted: Database;
let core: Core;
let statements: string[] = [];
const ids: Record<string, string[]> = {};

beforeAll(async () => {
  app = await startApp();
  const large = await seedInstance(app.core, "github", "large", {
    users: 60,
    groups: 60,
    privileges: 60,
    activities: 150,
    apps: 60,
    scans: 60,
    gaps: 5,
    posture: true,
    alerts: 20,
    files: 60,
  });
  await seedContainments(app.core, large, 60);
  for (const n of range(55))
    await seedInstance(app.core, ["okta", "github", "workday"][n % 3]!, `small ${n}`, {
      activities: 5,
      posture: n < 12,
      alerts: 3,
    });
  for (const n of range(60)) await seedDestination(app.core, `destination ${n}`, 4);
  for (const n of range(60)) {
    await seedPolicy(app.core, `policy ${n}`);
    await app.newToken("VIEWER", [(n % 50) + 1]);
    await rawSql(app.core.db)`
      insert into ip_ranges (name, cidrs, category) values ('range', array[${`10.0.${n}.0/24`}::text::cidr], 'CORPORATE')`;
    await recordAudit(app.core.db, systemViewer, { action: "test.run", target: `test/${n}`, result: "ok" });
  }
  counted = openDatabase(app.databaseUrl, { max: 1, onStatement: (text) => statements.push(text) });
  core = { ...app.core, db: counted.db };
  for (const [type, source] of Object.entries(sources))
    ids[type] = parentsIn(await run(source.replace("%", "id"), 50)).map(({ id }) => id);
});
afterAll(() => counted.close());

/** A list of `$n` parents of each type; `%` stands for what is asked of each. The parents have the alias `p`. */
const sources: Record<string, string> = {
  Activity: "{ activities(first: $n) { p: nodes { % } } }",
  Alert: "{ alerts(first: $n) { p: nodes { % } } }",
  GovernanceAction: "{ governanceActions(first: $n) { p: nodes { % } } }",
  Containment: "{ containments(first: $n) { p: nodes { % } } }",
  AuditEntry: "{ auditLog(first: $n) { p: nodes { % } } }",
  IpRange: "{ ipRanges(first: $n) { p: nodes { % } } }",
  File: "{ files(first: $n, filter: { isFolder: false }) { p: nodes { % } } }",
  Group: "{ groups(first: $n) { p: nodes { % } } }",
  Identity: "{ identities(first: $n) { p: nodes { % } } }",
  Instance: "{ instances(first: $n) { p: nodes { % } } }",
  Recommendation: "{ recommendations(first: $n) { p: nodes { % } } }",
  Policy: "{ policies(first: $n) { p: nodes { % } } }",
  Suppression: "{ suppressions(first: $n) { p: nodes { % } } }",
  OAuthApp: "{ oauthApps(first: $n) { p: nodes { % } } }",
  Scan: "{ scans(first: $n) { p: nodes { % } } }",
  User: "{ users(first: $n) { p: nodes { % } } }",
};
/** Types whose lists cannot be cut to a size: loaded by id. */
const others: Record<string, string> = {
  ApiToken: "{ apiTokens { p: id } }",
  Destination: "{ destinations { p: id } }",
  Delivery: "{ destinations { deliveries(first: 1) { nodes { p: id } } } }",
  Privilege: "{ users(first: 60) { nodes { privileges { p: id } } } }",
  Connector: "{ connectors { p: id } }",
  Capability: "{ connectors { capabilities { p: id } } }",
};
const notParents = new Set(["Query", "Mutation", "Subscription", "PageInfo", "Viewer"]);

async function run(selection: string, n: number, nodeIds: string[] = [], viewer: Viewer = systemViewer): Promise<Data> {
  const variables = [
    selection.includes("$n") ? "$n: Int!" : "",
    selection.includes("$ids") ? "$ids: [ID!]!" : "",
  ].filter(Boolean);
  const document = parse(`query ${variables.length > 0 ? `(${variables.join(", ")})` : ""} ${selection}`);
  const invalid = validate(schema, document);
  if (invalid.length > 0) throw new Error(`${invalid.join("; ")}\n${selection}`);
  const tailer = createTailer({ sql: counted.sql, log: core.log });
  const contextValue = createContext({ core, tailer, revalidate: async () => viewer }, viewer);
  const result: ExecutionResult = await execute({
    schema,
    document,
    contextValue,
    variableValues: { n, ids: nodeIds },
  });
  if (result.errors) throw new Error(`${result.errors.join("; ")}\n${selection}`);
  return result.data;
}

/** Everything under the alias `p`. */
function parentsIn(data: Data): Data[] {
  if (Array.isArray(data)) return data.flatMap(parentsIn);
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) => (key === "p" ? (value as Data[]) : parentsIn(value)));
}

/** How many statements the operation takes with each number of parents. */
async function costs(selection: string, of: (n: number) => string[] = () => []): Promise<number[]> {
  const found: number[] = [];
  for (const n of sizes) {
    statements = [];
    const data = await run(selection, n, of(n));
    found.push(statements.length);
    if (selection.includes("p: nodes")) expect(parentsIn(data)).toHaveLength(n);
  }
  return found;
}

/** All leaves of a type, and with `depth` what lies below them, connections three items long. */
function everything(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return "";
  const parts = Object.values(named.getFields()).flatMap((field) => {
    if (isLeafType(getNamedType(field.type))) return needsArguments(field) ? [] : [field.name];
    return depth > 0 || isWrapper(getNamedType(field.type) as GraphQLObjectType) ? [fieldOf(field, depth - 1)] : [];
  });
  return parts.length > 0 ? parts.join(" ") : "__typename";
}

function fieldOf(field: GraphQLField<unknown, unknown>, depth: number): string {
  if (isLeafType(getNamedType(field.type))) return field.name;
  const named = getNamedType(field.type) as GraphQLObjectType;
  if (!named.name.endsWith("Connection")) return `${field.name} { ${everything(named, depth)} }`;
  const node = named.getFields().nodes as GraphQLField<unknown, unknown>;
  const rest = Object.values(named.getFields()).filter(({ type }) => isLeafType(getNamedType(type)));
  return `${field.name}(first: 3) { edges { cursor } nodes { ${everything(node.type, depth)} } pageInfo { hasNextPage } ${rest.map(({ name }) => name).join(" ")} }`;
}

const needsArguments = (field: GraphQLField<unknown, unknown>) =>
  field.args.some(({ type }) => String(type).endsWith("!"));
/** Not reached by a statement of its own. */
const isWrapper = ({ name }: GraphQLObjectType) => name === "PageInfo" || name.endsWith("Edge");

describe("each field of each type takes as many statements for 1, 10 and 50 parents", () => {
  for (const [typeName, source] of Object.entries(sources)) {
    const type = schema.getType(typeName) as GraphQLObjectType;
    test(typeName, async () => {
      const found: Record<string, number[]> = {};
      for (const field of Object.values(type.getFields()))
        found[field.name] = await costs(source.replace("%", fieldOf(field, 1)));
      for (const [field, counts] of Object.entries(found)) {
        // What hangs on the first parent alone may lack something that others have: a statement more, however many they are.
        const [alone = 0, some = 0] = counts;
        expect([field, some - alone]).toSatisfy(([, more]) => more === 0 || more === 1);
        expect([field, ...counts]).toEqual([field, alone, some, some]);
        expect(counts[0]).toBeGreaterThan(0);
      }
    });
  }
});

test("everything at once, three levels deep, too", async () => {
  for (const [typeName, source] of Object.entries(sources)) {
    const counts = await costs(source.replace("%", everything(schema.getType(typeName) as GraphQLObjectType, 2)));
    // The first rows may lack something at the third level that others have, and what several levels ask for is loaded together or not as
    // the answers arrive: some statements more or fewer. One for each row would be nine more for ten rows.
    expect([typeName, Math.max(...counts) - counts[0]!]).toSatisfy(([, spread]) => (spread as number) < 9);
  }
});

test("from the last page backwards, over many instances, too", async () => {
  for (const field of [
    "instance { name }",
    "groups { totalCount nodes { name } }",
    "privileges { name }",
    "identity { users { id } }",
    "activities { totalCount nodes { raw } }",
  ])
    expect(new Set(await costs(`{ users(last: $n) { p: nodes { ${field} } } }`)).size).toBe(1);
});

test("chains of lists cost one statement for each link at most", async () => {
  const chain =
    "{ instances(first: $n) { p: nodes { users(first: 5) { nodes { groups(first: 5) { nodes { members(first: 5) { nodes { identity { users { instance { connector { slug } } } } } } } } } } } } }";
  expect(await costs(chain)).toEqual([6, 6, 6]);
  const activities =
    "{ activities(first: $n) { p: nodes { raw instance { name } user { displayName identity { users { id } } activities(first: 2) { totalCount nodes { user { privileges { name } } } } } } } }";
  const [one, ...more] = await costs(activities);
  expect(more).toEqual([one, one]);
});

describe("nodes loads many of each type at once", () => {
  for (const typeName of [...Object.keys(sources), ...Object.keys(others)])
    test(typeName, async () => {
      const found = others[typeName] ? everyId(await run(others[typeName] as string, 60)) : (ids[typeName] as string[]);
      const distinct = [...new Set(found)];
      const most = Math.min(50, distinct.length);
      expect(most).toBeGreaterThanOrEqual(20);
      const counts: number[] = [];
      for (const n of [1, 10, most]) {
        statements = [];
        const { nodes } = await run("{ nodes(ids: $ids) { __typename id } }", n, distinct.slice(0, n));
        expect(nodes).toEqual(distinct.slice(0, n).map((id) => ({ __typename: typeName, id })));
        counts.push(statements.length);
      }
      expect([...new Set(counts)]).toHaveLength(1);
      expect(counts[0]).toBeLessThanOrEqual(1);
      const leaves = everything(schema.getType(typeName) as GraphQLObjectType, 1);
      expect(
        await costs(`{ nodes(ids: $ids) { ... on ${typeName} { ${leaves} } } }`, (n) => distinct.slice(0, n)),
      ).toSatisfy(isFlat);
    });
});

/** The first parent may lack something that the others have. */
const isFlat = ([one, ten, fifty]: number[]) => ten === fifty && fifty! - one! <= 1;

function everyId(data: Data): string[] {
  if (Array.isArray(data)) return data.flatMap(everyId);
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) => (key === "p" ? [value as string] : everyId(value)));
}

test("buckets of activityStats load their accounts and instances together", async () => {
  for (const groupBy of ["USER", "INSTANCE"]) {
    const selection = `{ activityStats(groupBy: ${groupBy}, first: $n, filter: { occurredFrom: "2026-01-01T00:00:00Z" }) { key count user { displayName identity { email } } instance { name } } }`;
    expect(new Set(await costs(selection)).size).toBe(1);
  }
});

test("buckets of fileStats load their accounts and instances together", async () => {
  for (const groupBy of ["OWNER", "INSTANCE"]) {
    const selection = `{ fileStats(groupBy: ${groupBy}, first: $n) { key count owner { displayName identity { email } } instance { name } } }`;
    expect(new Set(await costs(selection)).size).toBe(1);
  }
});

test("the same nested list asked for in two ways is two statements, whatever the number of parents", async () => {
  const selection =
    "{ instances(first: $n) { p: nodes { a: users(first: 2) { nodes { id } } b: users(first: 2, filter: { isAdmin: true }) { nodes { id } totalCount } } } }";
  expect(await costs(selection)).toEqual([4, 4, 4]);
});

test("a connector's instances, and every root list, cost a statement for the page, the total and what each item loads", async () => {
  statements = [];
  await run("{ connectors { capabilities { kind } instances(first: 3) { totalCount nodes { name } } } }", 1);
  expect(statements).toHaveLength(2);
  const roots = Object.values((schema.getQueryType() as GraphQLObjectType).getFields()).filter(
    (field) => !needsArguments(field),
  );
  for (const field of roots) {
    statements = [];
    await run(`{ ${fieldOf(field, 0)} }`, 1);
    expect([field.name, statements.length <= 3]).toEqual([field.name, true]);
  }
});

test("no type that stands in a list was forgotten here", () => {
  const covered = new Set([...Object.keys(sources), ...Object.keys(others)]);
  const withOwnFields = Object.values(schema.getTypeMap()).filter((type): type is GraphQLObjectType => {
    if (!isObjectType(type) || type.name.startsWith("__") || notParents.has(type.name)) return false;
    return type.getInterfaces().some(({ name }) => name === "Node");
  });
  expect(withOwnFields.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
});
