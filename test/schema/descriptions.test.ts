import {
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
} from "graphql";
import { expect, test } from "vitest";
import { schema } from "#schema/index.ts";
import { bannedIn } from "../../scripts/words.ts";

/** Everything in the schema that carries a description: by its coordinate, `User.activities(first:)`. */
interface Described {
  coordinate: string;
  text: string;
  kind: "type" | "field" | "argument" | "input" | "value";
  type?: GraphQLOutputType | GraphQLInputType;
}

const types = Object.values(schema.getTypeMap()).filter(
  (type) => !type.name.startsWith("__") && !(isScalarType(type) && isSpecifiedScalarType(type)),
);
const objects = types.filter((type) => isObjectType(type) || isInterfaceType(type));
const outputs = objects.flatMap((type) => Object.values(type.getFields()).map((field) => ({ of: type, field })));
const inputs = types
  .filter(isInputObjectType)
  .flatMap((type) => Object.values(type.getFields()).map((field) => ({ of: type, field })));
const enums = types.filter(isEnumType);

const described: Described[] = [
  ...types.map((type): Described => ({ coordinate: type.name, text: type.description ?? "", kind: "type" })),
  ...outputs.flatMap(({ of, field }): Described[] => [
    { coordinate: `${of.name}.${field.name}`, text: field.description ?? "", kind: "field", type: field.type },
    ...field.args.map(
      (one): Described => ({
        coordinate: `${of.name}.${field.name}(${one.name}:)`,
        text: one.description ?? "",
        kind: "argument",
        type: one.type,
      }),
    ),
  ]),
  ...inputs.map(
    ({ of, field }): Described => ({
      coordinate: `${of.name}.${field.name}`,
      text: field.description ?? "",
      kind: "input",
      type: field.type,
    }),
  ),
  ...enums.flatMap((type) =>
    type.getValues().map((value): Described => {
      return { coordinate: `${type.name}.${value.name}`, text: value.description ?? "", kind: "value" };
    }),
  ),
];

const wrong = (isWrong: (one: Described) => boolean, among = described): string[] =>
  among.filter(isWrong).map(({ coordinate, text }) => `${coordinate}: ${text}`);

test("every description starts with a capital letter or a code word and ends with a full stop", () => {
  expect(described.length).toBeGreaterThan(1_000);
  expect(wrong(({ text }) => !/^[A-Z`]/.test(text) || !/(\.|:\s`[^`]+`\.)$/.test(text))).toEqual([]);
});

test("no description is a fragment of one or two words", () => {
  expect(wrong(({ text }) => text.split(/\s+/).length < 3)).toEqual([]);
});

test("no description begins as the end of a sentence that its name began", () => {
  const fragment =
    /^(Of|On|In|At|By|To|For|From|With|Without|Where|Who|Whom|Why|Which|What|How|Because|Until|None|Only|Exactly|Its?|Their)\b/;
  // "What to do, in one line." and "How Gatehouse authenticates to the app." are whole noun clauses.
  const nounClause = /^(What to|How)( [\w',]+){4}/;
  expect(wrong(({ text }) => fragment.test(text) && !nounClause.test(text))).toEqual([]);
});

test("no description uses a banned idiom", () => {
  expect(wrong(({ text }) => bannedIn(text).length > 0)).toEqual([]);
});

test("the description of a field that may be null states what null means", () => {
  const fields = described.filter(({ kind, type }) => kind === "field" && type && !isNonNullType(type));
  expect(fields.length).toBeGreaterThan(100);
  expect(wrong(({ text }) => !/\bnull\b/i.test(text), fields)).toEqual([]);
});

test("the description of a paging argument states its limit or its default", () => {
  const paging = described.filter(({ coordinate }) => /\((first|last|after|before):\)$/.test(coordinate));
  expect(wrong(({ text }) => !/\b(default|at most)\b/i.test(text), paging)).toEqual([]);
});

test("the description of a filter type states how its conditions combine and what absence means", () => {
  const filters = described.filter(({ coordinate, kind }) => kind === "type" && coordinate.endsWith("Filter"));
  expect(filters.length).toBeGreaterThan(5);
  expect(wrong(({ text }) => !/All conditions must hold/.test(text) || !/absent or null/.test(text), filters)).toEqual(
    [],
  );
});

test("a mutation's description states the role that it requires", () => {
  const mutations = described.filter(({ coordinate, kind }) => kind === "field" && coordinate.startsWith("Mutation."));
  expect(wrong(({ text }) => !/Requires the role (ADMIN|ANALYST|VIEWER)\b/.test(text), mutations)).toEqual([]);
});

const names = (of: readonly GraphQLNamedType[]) => of.map(({ name }) => name);

test("types are PascalCase, fields and arguments camelCase, enum values UPPER_SNAKE_CASE", () => {
  expect(names(types).filter((name) => !/^[A-Z][A-Za-z0-9]*$/.test(name))).toEqual([]);
  const members = [...outputs, ...inputs].map(({ field }) => field.name);
  const args = outputs.flatMap(({ field }) => field.args.map(({ name }) => name));
  expect([...members, ...args].filter((name) => !/^[a-z][A-Za-z0-9]*$/.test(name))).toEqual([]);
  const values = enums.flatMap((type) => type.getValues().map(({ name }) => name));
  expect(values.filter((name) => !/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(name))).toEqual([]);
});

test("a type's role is in its name: inputs, payloads, connections and edges", () => {
  expect(names(types.filter(isInputObjectType)).filter((name) => !/(Input|Filter|Order)$/.test(name))).toEqual([]);
  const others = types.filter((type) => !isInputObjectType(type));
  expect(names(others).filter((name) => /(Input|Filter|Type|Enum|Interface)$/.test(name))).toEqual(["AccountType"]);
  const mutations = Object.values(schema.getMutationType()!.getFields());
  expect(mutations.filter(({ type }) => !/^[A-Z]\w+Payload!$/.test(String(type)))).toEqual([]);
  const payloads = objects.filter(({ name }) => name.endsWith("Payload"));
  expect(payloads.filter((type) => String(type.getFields().userErrors?.type) !== "[UserError!]!")).toEqual([]);
});

test("what has edges is a connection, and connections, edges and their arguments have the names of Relay", () => {
  for (const { name, ...type } of objects.map((one) => ({ name: one.name, fields: one.getFields() }))) {
    const { edges, pageInfo, node, cursor } = type.fields;
    const isConnection = edges !== undefined || pageInfo !== undefined;
    expect([name, isConnection]).toEqual([name, name.endsWith("Connection")]);
    expect([name, node !== undefined && cursor !== undefined]).toEqual([name, name.endsWith("Edge")]);
  }
  const paging: Record<string, string> = { first: "Int", after: "String", last: "Int", before: "String" };
  for (const { of, field } of outputs) {
    if (!/Connection!?$/.test(String(field.type))) continue;
    const wrong = field.args.filter(({ name, type }) => name in paging && String(type) !== paging[name]);
    const missing = ["first", "after"].filter((name) => !field.args.some((one) => one.name === name));
    expect([of.name, field.name, wrong, missing]).toEqual([of.name, field.name, [], []]);
  }
});

test("no field repeats the name of its type, and no query is a verb", () => {
  const repeats = outputs.filter(
    ({ of, field }) => field.name !== "id" && field.name.toLowerCase().startsWith(of.name.toLowerCase()),
  );
  expect(repeats.map(({ of, field }) => `${of.name}.${field.name}`)).toEqual([]);
  const queries = Object.keys(schema.getQueryType()!.getFields());
  expect(queries.filter((name) => /^(get|list|query|find|fetch)[A-Z]/.test(name))).toEqual([]);
});
