import { buildSchema, getIntrospectionQuery, getOperationAST, parse } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkShape, defaultLimits, weigh } from "#schema/limits.ts";
import { startTestServer, type TestServer } from "./fixture.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const nested = (depth: number) =>
  `{ node(id: 1) { ... on User ${"{ manager ".repeat(depth)}{ id }${" }".repeat(depth)} } }`;
const codesOf = async (query: string, variables?: object) => {
  const { body } = await server.ask(query, { variables });
  return (body.errors ?? []).map(
    (error: { extensions: { code: string; limit?: string } }) => error.extensions.limit ?? error.extensions.code,
  );
};

test("a hostile query is refused before anything runs", async () => {
  const before = server.probe.calls;
  const fields = (count: number) => Array.from({ length: count }, (_, n) => `a${n}: users { totalCount }`).join(" ");
  expect(await codesOf(nested(20))).toEqual(["depth"]);
  expect(await codesOf(`{ ${fields(1000)} }`)).toEqual(["tokens"]);
  expect(await codesOf(`{ ${fields(31)} }`)).toEqual(["aliases", "rootFields"]);
  expect(await codesOf(`{ users { totalCount ${"@include(if: true) ".repeat(60)} } }`)).toEqual(["directives"]);
  expect(await codesOf(`{ ${"users { totalCount } ".repeat(31)} }`)).toEqual(["rootFields"]);
  expect(
    await codesOf("query { ...A } fragment A on Query { users { totalCount } ...B } fragment B on Query { ...A }"),
  ).toEqual(["BAD_USER_INPUT"]);
  expect(server.probe.calls).toBe(before);
});

test("fragments count where they are spread, however they nest", async () => {
  // 2^30 aliases in 30 lines: measured in a moment, refused.
  const bomb = Array.from(
    { length: 30 },
    (_, n) => `fragment F${n} on User { a: manager { ...F${n + 1} } b: manager { ...F${n + 1} } }`,
  );
  const query = `{ users { edges { node { ...F0 } } } } ${bomb.join("\n")} fragment F30 on User { id }`;
  const startedAt = performance.now();
  expect(await codesOf(query)).toEqual(["depth", "aliases"]);
  expect(performance.now() - startedAt).toBeLessThan(500);
});

test("a page size over 200 is BAD_USER_INPUT naming the argument, given as a literal, a variable or a default", async () => {
  for (const [query, variables] of [
    ["{ users(first: 201) { totalCount } }"],
    ["query ($n: Int) { users(first: $n) { totalCount } }", { n: 5000 }],
    ["query ($n: Int = 300) { users(last: $n) { totalCount } }"],
    ["{ users(first: -1) { totalCount } }"],
  ] as [string, object?][]) {
    const { body } = await server.ask(query, { variables });
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0].extensions).toMatchObject({
      code: "BAD_USER_INPUT",
      argument: query.includes("last") ? "last" : "first",
      allowed: 200,
    });
    expect(body.errors[0].message).toContain("users");
  }
  expect(await codesOf("query ($n: Int = 300) { users(first: $n) { totalCount } }", { n: 200 })).toEqual([]);
});

test("cost multiplies nested page sizes and tells what is allowed", async () => {
  const query =
    "query ($n: Int) { users(first: $n) { edges { node { id groups(first: $n) { edges { node { members(first: $n) { edges { node { id } } } } } } } } } }";
  const { body } = await server.ask(query, { variables: { n: 50 } });
  expect(body.errors[0].extensions).toEqual({
    code: "QUERY_TOO_COMPLEX",
    limit: "cost",
    computed: 130_101,
    allowed: 50_000,
  });
  expect(body.data).toBeUndefined();
  const small = await server.ask(query, { variables: { n: 10 } });
  expect(small.body.extensions.cost).toBe(1_221);
});

test("lists without a page size are taken to be ten long, ids are counted, introspection is free", () => {
  const schema = buildSchema(`
    type Query { users(first: Int): UserConnection! nodes(ids: [ID!]!): [User]! user: User chart(first: Int): [Bucket!]! }
    type Bucket { count: Int! }
    type UserConnection { edges: [UserEdge!]! } type UserEdge { node: User! }
    type User { id: ID! privileges: [Privilege!]! tags: [String!]! } type Privilege { name: String! holder: User }
  `);
  const cost = (query: string, variables = {}) => {
    const document = parse(query);
    return weigh(schema, document, getOperationAST(document)!, variables, defaultLimits).cost;
  };
  expect(cost("{ user { id tags } }")).toBe(1);
  expect(cost("{ user { privileges { name holder { id } } } }")).toBe(21);
  expect(cost("{ users { edges { node { id } } } }")).toBe(51);
  expect(cost("{ chart(first: 2000) { count } }")).toBe(2_000);
  expect(cost("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids: ["a", "b"] })).toBe(2);
  expect(
    cost('{ nodes(ids: ["a", "b", "c"]) { ... on User { ...P } } } fragment P on User { privileges { name } }'),
  ).toBe(33);
  expect(cost(getIntrospectionQuery())).toBe(0);
  expect(checkShape(parse(getIntrospectionQuery()), defaultLimits)).toEqual([]);
});

test("the introspection of GraphiQL and other tools passes; introspection in circles does not", async () => {
  const { body } = await server.ask(
    getIntrospectionQuery({
      schemaDescription: true,
      inputValueDeprecation: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      oneOf: true,
    }),
  );
  expect(body.data.__schema.queryType.name).toBe("Query");
  const circle =
    "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }";
  expect(await codesOf(circle)).toContain("BAD_USER_INPUT");
});
