import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "./fixture.ts";

let server: TestServer;
let secret: string;
beforeAll(async () => {
  server = await startTestServer();
  ({ secret } = await server.token());
});
afterAll(() => server.close());

/** The same request by the short way and, since its content type has one parameter more, by the long way. */
async function bothWays(body: unknown, accept?: string) {
  const answer = async (contentType: string) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": contentType, authorization: `Bearer ${secret}`, ...(accept ? { accept } : {}) },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const headers = Object.fromEntries(response.headers);
    delete headers.date;
    const text = await response.text();
    return { status: response.status, headers, text: text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "<incident>") };
  };
  return { short: await answer("application/json"), long: await answer("application/json; way=long") };
}

const bodies: Record<string, unknown> = {
  "a query": { query: "{ hello }" },
  "variables and a name": {
    query: "query A($n: String) { hello(name: $n) } query B { calls }",
    operationName: "A",
    variables: { n: "Zoë \ud800" },
  },
  "an error of ours": { query: "{ hello missing wrong }" },
  "a masked error": { query: "{ hello broken }" },
  "null data": { query: "{ secret missing users { edges { cursor node { id privileges { name } } } } }" },
  "null for everything": { query: '{ node(id: "x") { id } stats { key } }' },
  fragments: {
    query: "query ($x: Boolean!) { ...F @include(if: $x) ... @skip(if: $x) { calls } } fragment F on Query { hello }",
    variables: { x: true },
  },
  introspection: {
    query:
      '{ __schema { queryType { name fields { name args { name defaultValue } } } } __type(name: "User") { kind } }',
  },
  "a mutation": { query: "mutation { __typename }" },
  "a subscription": { query: "subscription { count(to: 1) }" },
  "a syntax error": { query: "{ hello" },
  "an unknown field": { query: "{ helo }" },
  "no operation of that name": { query: "query A { hello }", operationName: "B" },
  "an empty operation name": { query: "query A { hello }", operationName: "" },
  "several operations and no name": { query: "query A { hello } query B { hello }" },
  "a wrong variable": { query: "query ($n: Int!) { slow(ms: $n) }", variables: { n: "x" } },
  "a missing variable": { query: "query ($n: Int!) { slow(ms: $n) }" },
  "too large a page": { query: "query ($n: Int) { users(first: $n) { totalCount } }", variables: { n: 500 } },
  "U+0000": { query: "query ($n: String) { hello(name: $n) }", variables: { n: "a\u0000b" } },
  extensions: { query: "{ hello }", extensions: { a: 1 } },
  "an unknown parameter": { query: "{ hello }", id: 5 },
  "variables as a list": { query: "{ hello }", variables: [1] },
  "variables as a text": { query: "{ hello }", variables: "x" },
  "no query": { variables: {} },
  "a query that is none": { query: 7 },
  "a list": [{ query: "{ hello }" }],
  null: null,
  "no JSON": "{",
};

describe("the short way answers as the long one does", () => {
  for (const [name, body] of Object.entries(bodies))
    for (const accept of [undefined, "application/json", "application/graphql-response+json, application/json;q=0.9"])
      test(`${name}, accepting ${accept ?? "anything"}`, async () => {
        const { short, long } = await bothWays(body, accept);
        expect(short).toEqual(long);
      });

  for (const accept of [
    "text/html, application/json",
    "application/json; charset=utf-8",
    "application/json; charset=latin1",
    "text/plain",
    "application/*",
    "multipart/mixed, application/json",
    "application/json, text/event-stream",
    "APPLICATION/JSON",
  ])
    test(`accepting ${accept}`, async () => {
      const { short, long } = await bothWays({ query: "{ hello broken }" }, accept);
      expect(short).toEqual(long);
    });
});

test("operations are counted alike", async () => {
  const count = async () => (await server.metrics.getSingleMetric("gatehouse_graphql_operations_total")!.get()).values;
  const before = (await count()).find(({ labels }) => labels.kind === "query")?.value ?? 0;
  await bothWays({ query: "{ hello }" });
  expect((await count()).find(({ labels }) => labels.kind === "query")!.value).toBe(Number(before) + 2);
});
