import {
  buildSchema,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLScalarType,
  type GraphQLSchema,
  getOperationAST,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  responsePathAsArray,
} from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile } from "#src/server/execute/compile.ts";
import { bothWays, validDocument } from "./both-ways.ts";
import { createRandom, generateOperation, newSeed, type Random } from "./generate.ts";

const sdl = /* GraphQL */ `
  scalar Odd
  scalar Moody
  enum Color { RED GREEN BLUE }
  input Range { from: Int = 1, to: Int!, tags: [String!] = ["x"], inner: Range, color: Color = RED }
  interface Thing { id: ID! name: String other: Thing }
  interface Named implements Thing { id: ID! name: String other: Thing label(size: Int = 3): String! }
  type Cat implements Thing & Named { id: ID! name: String other: Thing label(size: Int = 3): String! lives: Int! mood: Moody }
  type Dog implements Thing { id: ID! name: String other: Thing tail: Float! friends: [Thing!]! }
  type Stone implements Thing & Named { id: ID! name: String other: Named label(size: Int = 3): String! parts: [[Stone!]]! weight: Float }
  union Pet = Cat | Dog
  type Leaf { s: String i: Int! f: Float b: Boolean! id: ID odd: Odd mood: Moody! color: Color colors: [Color!] sNever: String! }
  type Query {
    leaf: Leaf! maybeLeaf: Leaf leaves: [Leaf!]! holes: [Leaf] strictHoles: [Leaf!] matrix: [[Int!]!]! words: [String]! strictWords: [String!]!
    thing(id: ID): Thing named: Named! things(range: Range, colors: [Color!]! = [BLUE], deep: [[Int]]): [Thing!] pet: Pet pets: [Pet]! strictPets: [Pet!]!
    echo(s: String = "d", i: Int, f: Float, b: Boolean!, range: Range, odd: Odd, ids: [ID!]): Odd
    strict(range: Range!): String! never: String! self: Query! maybe: Query
  }
  type Mutation { set(i: Int!): Int step: Query! fail: String! leaf: Leaf }
`;

/** What becomes of a field is decided by its place and the seed: so it is the same in both executions. */
interface Chaos {
  seed: number;
  /** How often something goes wrong. */
  rate: number;
}

class OddError extends Error {}

function createChaosSchema(): GraphQLSchema {
  const schema = buildSchema(sdl);
  Object.assign(schema.getType("Odd") as GraphQLScalarType, { serialize: (value: unknown) => value });
  Object.assign(schema.getType("Moody") as GraphQLScalarType, {
    serialize(value: unknown) {
      if (value === "throw") throw new GraphQLError("moody", { extensions: { code: "MOODY" } });
      if (value === "plain") throw new Error("moody and plain");
      return value === "null" ? null : value === "undefined" ? undefined : value;
    },
  });
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    if (isObjectType(type)) {
      if (type.name === "Cat" || type.name === "Dog") type.isTypeOf = isOfType(type.name);
      for (const field of Object.values(type.getFields())) {
        if (field.name === "echo") field.resolve = (_, args) => ({ ...args, added: Object.keys(args).length });
        // Some are read by the default resolver, below.
        else if (!["s", "i", "lives"].includes(field.name))
          field.resolve = (_, args, chaos: Chaos, info) => outcome(info.returnType, chaos, info, args);
      }
    }
    if (isAbstractType(type) && type.name !== "Pet")
      type.resolveType = (value, chaos: Chaos, info) => {
        const random = at(chaos, info, "type");
        if (random.chance(chaos.rate / 4)) return random.pick(["Nothing", "Query", "Color", undefined, 7]) as never;
        if (random.chance(chaos.rate / 4)) throw new Error("no type");
        const name = (value as { kind: string }).kind;
        return random.chance(0.3) ? Promise.resolve(name) : name;
      };
  }
  return schema;
}

function isOfType(name: string): GraphQLObjectType["isTypeOf"] {
  return (value, chaos: Chaos, info) => {
    const random = at(chaos, info, `is${name}`);
    const holds = (value as { kind: string }).kind === name;
    if (random.chance(chaos.rate / 8)) throw new Error("isTypeOf");
    return random.chance(0.2) ? later(random, (): boolean => holds) : holds;
  };
}

function at(chaos: Chaos, info: GraphQLResolveInfo, salt: string): Random {
  let hash = chaos.seed;
  for (const character of `${salt}/${responsePathAsArray(info.path).join("/")}/${info.fieldName}/${info.parentType.name}`)
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return createRandom(hash);
}

async function later<T>(random: Random, value: () => T): Promise<T> {
  const ticks = random.below(4);
  for (let n = 0; n < ticks; n += 1) await null;
  if (random.chance(0.1)) await new Promise((resolve) => setImmediate(resolve));
  return value();
}

function outcome(type: GraphQLOutputType, chaos: Chaos, info: GraphQLResolveInfo, args: object): unknown {
  const random = at(chaos, info, JSON.stringify(args));
  const value = (): unknown => {
    if (random.chance(chaos.rate)) return wrong(random);
    return randomValue(type, random, chaos);
  };
  return random.chance(0.35) ? later(random, value) : value();
}

function wrong(random: Random): unknown {
  switch (random.below(7)) {
    case 0:
      throw new OddError("thrown");
    case 1:
      throw new GraphQLError("thrown by GraphQL", { extensions: { code: "X", at: 1 } });
    case 2:
      return new Error("returned");
    case 3:
      return Promise.reject(new Error("rejected"));
    case 4:
      throw "not an error";
    case 5:
      return { neither: "here", nor: () => "there" };
    default:
      return random.pick([null, undefined, 7, "word", Number.NaN, [], {}, true]);
  }
}

function randomValue(type: GraphQLOutputType, random: Random, chaos: Chaos): unknown {
  if (isNonNullType(type)) return randomValue(type.ofType, random, chaos);
  if (random.chance(0.08)) return random.chance(0.5) ? null : undefined;
  if (isListType(type)) {
    const items: unknown[] = Array.from({ length: random.below(4) }, () => {
      if (random.chance(chaos.rate / 2)) return wrongItem(random);
      const item: unknown = randomValue(type.ofType, random, chaos);
      return random.chance(0.2) ? later(random, () => item) : item;
    });
    return random.chance(0.2) ? new Set(items) : items;
  }
  if (isEnumType(type)) return random.pick(["RED", "GREEN", "BLUE", "RED", "GREEN", chaos.rate > 0 ? "PINK" : "BLUE"]);
  if (isScalarType(type)) {
    switch (type.name) {
      case "Int":
        return random.pick([0, -0, 1, -5, 2 ** 31 - 1, "12", true, chaos.rate > 0 ? 2 ** 31 : 3]);
      case "Float":
        return random.pick([0.5, -0, 1e21, 1e-7, 3, "2.5", chaos.rate > 0 ? Number.POSITIVE_INFINITY : 1]);
      case "Boolean":
        return random.pick([true, false, 1, 0]);
      case "ID":
        return random.pick<unknown>(["a", 7, "", "\u2028", { toString: () => "nine", valueOf: () => 9 }]);
      case "Odd":
        return random.pick([
          { a: [1, { b: null }] },
          [],
          "odd \ud800",
          5,
          true,
          () => 1,
          Symbol("s"),
          new Date(0),
          { x: undefined },
          Number.NaN,
        ]);
      case "Moody":
        return random.pick([
          "fine",
          1,
          { deep: ["x"] },
          ...(chaos.rate > 0 ? ["throw", "plain", "null", "undefined"] : []),
        ]);
      default:
        return random.pick([
          "text",
          "",
          'quo"te',
          "back\\slash",
          "line\nbreak",
          "\u0007",
          "\ud83d\ude00",
          "\udc00 alone",
          "é",
          5,
          true,
          1.5,
        ]);
    }
  }
  const kind = isObjectType(type) ? type.name : random.pick(["Cat", "Dog", "Stone"]);
  const named = random.chance(0.5) ? { __typename: kind } : {};
  const i = random.pick<unknown>([1, 2, chaos.rate > 0 ? "no number" : 3, () => 4, () => Promise.resolve(5)]);
  return { ...named, kind, i, s: random.pick<unknown>(["s", null, () => "called", Promise.resolve("soon")]), lives: 9 };
}

function wrongItem(random: Random): unknown {
  return random.pick([
    () => null,
    () => undefined,
    () => new Error("returned item"),
    () => silent(Promise.reject(new Error("rejected item"))),
    () => Promise.resolve(null),
    () => ({ kind: "Nothing" }),
  ])();
}

function silent<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

const schema = createChaosSchema();

// graphql-js forgets promises when a list breaks off, and Node tells the process. We must not.
const unhandled: unknown[] = [];
const listeners = process.listeners("unhandledRejection");
const note = (reason: unknown) => void unhandled.push(reason);
beforeAll(() => {
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", note);
});
afterAll(() => {
  process.off("unhandledRejection", note);
  for (const listener of listeners) process.on("unhandledRejection", listener);
});

async function compare(
  rate: number,
  runs: number,
  operation: "query" | "mutation",
): Promise<{ ran: number; failed: number }> {
  const seed = newSeed();
  const random = createRandom(seed);
  let ran = 0;
  let failed = 0;
  for (let n = 0; n < runs; n += 1) {
    const generated = generateOperation(schema, random, {
      operation,
      value: (type) => (type === "Odd" || type === "Moody" ? "odd" : undefined),
    });
    const document = validDocument(schema, generated.query);
    if (!document) continue;
    const chaos: Chaos = { seed: random.below(2 ** 31), rate };
    const { plain, compiled, errors } = await bothWays(schema, document, generated, () => chaos);
    if (plain !== compiled)
      expect({ seed, n, chaos, ...generated, text: compiled }).toEqual({ seed, n, chaos, ...generated, text: plain });
    ran += 1;
    failed += errors;
  }
  return { ran, failed };
}

describe("a compiled operation answers what graphql-js answers, to the byte", { timeout: 120_000 }, () => {
  test("when nothing goes wrong", async () => {
    const { ran } = await compare(0, 1_500, "query");
    expect(ran).toBeGreaterThan(700);
  });

  test("when resolvers, items, scalars and types go wrong now and then, at once or later", async () => {
    const { ran, failed } = await compare(0.06, 2_000, "query");
    expect(ran).toBeGreaterThan(1_000);
    expect(failed).toBeGreaterThan(300);
  });

  test("when most of it goes wrong", async () => {
    const { failed } = await compare(0.4, 1_500, "query");
    expect(failed).toBeGreaterThan(300);
  });

  test("in mutations, which run one after the other", async () => {
    const { ran } = await compare(0.1, 1_000, "mutation");
    expect(ran).toBeGreaterThan(300);
  });
});

test("no promise that fails is left without a listener", { timeout: 120_000 }, async () => {
  const random = createRandom(newSeed());
  await new Promise((resolve) => setTimeout(resolve, 20));
  unhandled.length = 0;
  for (let n = 0; n < 1_500; n += 1) {
    const { query, variables } = generateOperation(schema, random);
    const document = validDocument(schema, query);
    if (!document) continue;
    const operation = compile(schema, document, getOperationAST(document)!)!;
    const { coerced } = operation.coerce(variables);
    try {
      if (coerced) await operation.execute({ variables: coerced, context: { seed: random.below(2 ** 31), rate: 0.2 } });
    } catch {
      // JSON has no word for it.
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(unhandled).toEqual([]);
});
