import {
  buildClientSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  getNullableType,
  type IntrospectionQuery,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isRequiredArgument,
  isRequiredInputField,
} from "graphql";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { errorCodes } from "#src/errors.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { newToken, report } from "./pressure.ts";

let gatehouse: Gatehouse;
let viewer: string;
let schema: GraphQLSchema;
beforeAll(async () => {
  gatehouse = await startGatehouse();
  viewer = await newToken(gatehouse, "viewer");
  schema = buildClientSchema(await gatehouse.graphql<IntrospectionQuery>(getIntrospectionQuery()));
});
afterAll(() => gatehouse?.stop());

const codes = new Set<string>(errorCodes);

/** What an answer must not hold: SQL, PostgreSQL's own words, places in the source or on the disk, hosts, stacks, credentials. */
const internals = [
  /\b(select|insert into|update|delete from)\b.{1,80}\b(from|where|values|set)\b/i,
  /\b(relation|column|constraint|operator|function) "?\w+"? (does not exist|violates)|invalid input syntax|SQLSTATE|PostgresError/i,
  /node_modules|\/src\/|\.ts:\d+|\bat (async )?\w+.* \(/,
  /postgres(ql)?:\/\/|ECONNREFUSED|127\.0\.0\.1:\d+|\/tmp\//,
];

function check(answer: string, what: string): void {
  const { errors = [] } = JSON.parse(answer) as { errors?: { extensions?: { code?: string } }[] };
  for (const { extensions } of errors) expect(codes, `${what}: ${answer.slice(0, 500)}`).toContain(extensions?.code);
  // What the caller has sent may come back in a message.
  for (const pattern of internals) expect(answer, what).not.toMatch(pattern);
  expect(answer, what).not.toContain(gatehouse.token);
}

async function post(body: object, token = gatehouse.token): Promise<string> {
  const response = await fetch(`${gatehouse.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return response.text();
}

const texts = [
  "",
  "\u0000",
  "\ud800",
  "'; drop table users --",
  "%_\\",
  "\u202e\u{1f4a9}",
  "9".repeat(400),
  "../../etc/passwd",
  Buffer.from("User:1/\u0000").toString("base64url"),
  Buffer.from("User:99999999999/x").toString("base64url"),
  Buffer.from("Instance:2147483648").toString("base64url"),
  Buffer.from("[1,2,3]").toString("base64url"),
  Buffer.from("log:999999999999999.999999999").toString("base64url"),
  "9999-12-31T23:59:59.999Z",
  "0001-01-01T00:00:00Z",
];
const garbage: unknown[] = [...texts, null, -1, 0, 1.5, 2_147_483_648, 1e308, true, [], [null], {}, { x: [{}] }];

/** A value that the type takes, so that only one argument at a time is wrong. */
function plain(type: GraphQLInputType): unknown {
  const bare = getNullableType(type);
  if (isListType(bare)) return [plain(bare.ofType)];
  if (isEnumType(bare)) return bare.getValues()[0]!.name;
  if (isInputObjectType(bare))
    return Object.fromEntries(
      Object.values(bare.getFields())
        .filter(isRequiredInputField)
        .map((field) => [field.name, plain(field.type)]),
    );
  const values: Record<string, unknown> = {
    Int: 1,
    Float: 1,
    Boolean: true,
    DateTime: "2026-11-18T00:00:00Z",
    JSON: {},
  };
  return values[bare.toString()] ?? Buffer.from("Instance:1").toString("base64url");
}

/** Garbage for a type: itself, in a list of it, and in each field of an object of it. */
function* garbageFor(type: GraphQLInputType, depth = 0): Generator<unknown> {
  const bare = getNullableType(type);
  if (isListType(bare)) for (const value of texts) yield [value, value];
  else if (isInputObjectType(bare) && depth < 2) {
    for (const field of Object.values(bare.getFields()))
      for (const value of garbageFor(field.type, depth + 1)) yield { ...(plain(bare) as object), [field.name]: value };
    return;
  }
  yield* garbage;
}

function operation(
  kind: "query" | "mutation",
  field: GraphQLField<unknown, unknown>,
  wrong: GraphQLArgument,
  value: unknown,
): object {
  const others = field.args.filter((argument) => argument !== wrong && isRequiredArgument(argument));
  const used = [wrong, ...others];
  const variables = Object.fromEntries(others.map((argument) => [argument.name, plain(argument.type)]));
  const selection = isLeafType(getNamedType(field.type)) ? "" : " { __typename }";
  return {
    query: `${kind} (${used.map(({ name, type }) => `$${name}: ${type}`).join(", ")}) { ${field.name}(${used.map(({ name }) => `${name}: $${name}`).join(", ")})${selection} }`,
    variables: { ...variables, [wrong.name]: value },
  };
}

/** The short form tries some of each; which ones depends on the argument, so that all of the garbage is used. */
const share = process.env.SOAK ? 1 : 12;

test.each(["query", "mutation"] as const)(
  "garbage in any argument of a %s is answered with a code of ours",
  async (kind) => {
    const root = kind === "query" ? schema.getQueryType()! : schema.getMutationType()!;
    const asked: Promise<void>[] = [];
    let sent = 0;
    let masked = 0;
    for (const [n, field] of Object.values(root.getFields()).entries())
      for (const [k, argument] of field.args.entries()) {
        let turn = n + k;
        for (const value of garbageFor(argument.type)) {
          turn += 1;
          if (turn % share !== 0) continue;
          const body = operation(kind, field, argument, value);
          sent += 1;
          asked.push(
            post(body).then((answer) => {
              check(answer, JSON.stringify(body).slice(0, 300));
              if (answer.includes("INTERNAL_SERVER_ERROR")) masked += 1;
            }),
          );
          if (asked.length >= 8) await Promise.all(asked.splice(0));
        }
      }
    await Promise.all(asked);
    report(`garbage in every argument of every ${kind}`, { sent, masked });
    // Masked, it gives nothing away, but it is a fault of ours all the same.
    expect(masked).toBe(0);
  },
);

test("garbage around operations is answered with a code of ours", async () => {
  for (const body of [
    {},
    { query: null },
    { query: 7 },
    { query: "" },
    { query: "{" },
    { query: "\u0000" },
    { query: "{ viewer { name } }", variables: [] },
    { query: "{ viewer { name } }", variables: "x" },
    { query: "{ viewer { name } }", operationName: 5 },
    { query: "{ viewer { name } }", operationName: "x" },
    { query: "query A { viewer { name } } query B { viewer { name } }" },
    { query: "{ viewer { name } }", extensions: "x" },
    { extensions: { persistedQuery: {} } },
  ])
    check(await post(body), JSON.stringify(body));
});

test("a database that is away gives nothing away", async () => {
  const name = new URL(gatehouse.databaseUrl).pathname.slice(1);
  const elsewhere = new URL(gatehouse.databaseUrl);
  elsewhere.pathname = "/postgres";
  const admin = postgres(elsewhere.href, { max: 1, onnotice: () => {} });
  try {
    await admin`alter database ${admin(name)} with allow_connections false`;
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`;
    for (const query of [
      "{ viewer { name } }",
      "{ users { nodes { id } } activities { totalCount nodes { id } } }",
      "{ activityStats(groupBy: USER) { count } }",
    ])
      for (const token of [gatehouse.token, viewer]) {
        const answer = await post({ query }, token);
        check(answer, query);
      }
    for (const path of [
      "/readyz",
      "/webhooks/okta/1",
      "/oauth/callback?state=x&code=y",
      "/signin?token=x",
      "/schema.graphql",
    ]) {
      const method = path.startsWith("/webhooks") ? "POST" : "GET";
      const text = await (await fetch(gatehouse.url + path, { method, redirect: "manual" })).text();
      for (const pattern of internals) expect(text, path).not.toMatch(pattern);
    }
  } finally {
    await admin`alter database ${admin(name)} with allow_connections true`;
    await admin.end();
  }
  await expect
    .poll(async () => (await gatehouse.ask("{ viewer { name } }").catch(() => ({ errors: [1] }))).errors, {
      timeout: 20_000,
    })
    .toEqual([]);
});
