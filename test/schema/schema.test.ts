import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedDirective,
  validateSchema,
} from "graphql";
import { expect, test } from "vitest";
import { printedSchema, schema } from "#schema/index.ts";

const contract = buildSchema(readFileSync(join(import.meta.dirname, "contract.graphql"), "utf8"));
const ownTypes = (of: GraphQLSchema): GraphQLNamedType[] =>
  Object.values(of.getTypeMap()).filter(({ name }) => !name.startsWith("__"));

test("the schema is valid, and schema.graphql is what it prints", () => {
  expect(validateSchema(schema)).toEqual([]);
  const committed = readFileSync(join(import.meta.dirname, "../../schema.graphql"), "utf8");
  expect(printedSchema() === committed, "schema.graphql is out of date: run `npm run schema`").toBe(true);
  expect(validateSchema(buildSchema(committed))).toEqual([]);
});

test("every type, field, argument, input field and enum value says what it means", () => {
  const things: [string, { description?: string | null | undefined }][] = [];
  for (const type of ownTypes(schema)) {
    things.push([type.name, type]);
    if (isObjectType(type) || isInterfaceType(type))
      for (const field of Object.values(type.getFields())) {
        things.push([`${type.name}.${field.name}`, field]);
        for (const argument of field.args) things.push([`${type.name}.${field.name}(${argument.name}:)`, argument]);
      }
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) things.push([`${type.name}.${field.name}`, field]);
    if (isEnumType(type)) for (const value of type.getValues()) things.push([`${type.name}.${value.name}`, value]);
  }
  for (const directive of schema.getDirectives())
    if (!isSpecifiedDirective(directive)) things.push([`@${directive.name}`, directive]);
  expect(things.length).toBeGreaterThan(500);
  expect(things.filter(([, { description }]) => !description?.trim()).map(([name]) => name)).toEqual([]);
});

test("whatever was promised to clients is there, by name, type, nullability and argument", () => {
  // Everything a client could notice between the promise and the schema, except that there is more.
  expect(findBreakingChanges(contract, schema)).toEqual([]);
});

test("nullability is exactly as promised, also where more would be allowed", () => {
  const differences: string[] = [];
  for (const promised of ownTypes(contract)) {
    const real = schema.getType(promised.name);
    if ((isObjectType(promised) || isInterfaceType(promised)) && (isObjectType(real) || isInterfaceType(real)))
      for (const field of Object.values(promised.getFields())) {
        const own = real.getFields()[field.name];
        if (own && String(own.type) !== String(field.type))
          differences.push(`${promised.name}.${field.name}: ${own.type}, promised ${field.type}`);
        for (const argument of field.args) {
          const ownArgument = own?.args.find(({ name }) => name === argument.name);
          if (String(ownArgument?.type) !== String(argument.type))
            differences.push(`${promised.name}.${field.name}(${argument.name}:) ${ownArgument?.type}`);
        }
      }
    if (isInputObjectType(promised) && isInputObjectType(real))
      for (const field of Object.values(promised.getFields()))
        if (String(real.getFields()[field.name]?.type) !== String(field.type))
          differences.push(`${promised.name}.${field.name}: ${real.getFields()[field.name]?.type}`);
  }
  expect(differences).toEqual([]);
});

test("every type with an id of its own can be asked for by it", () => {
  const node = schema.getType("Node");
  const types = ownTypes(schema).filter((type) => isObjectType(type) && type.getFields().id?.type.toString() === "ID!");
  const interfaces = (type: GraphQLNamedType) => (isObjectType(type) ? type.getInterfaces() : []);
  expect(types.filter((type) => !interfaces(type).includes(node as never)).map(({ name }) => name)).toEqual([]);
});

test("every list of edges is a Relay connection", () => {
  const connections = ownTypes(schema).filter(({ name }) => name.endsWith("Connection"));
  expect(connections.length).toBeGreaterThan(7);
  for (const type of connections) {
    if (!isObjectType(type)) throw new Error(`${type.name} is no object type`);
    const name = type.name.replace(/Connection$/, "");
    const { edges, pageInfo, totalCount } = type.getFields();
    expect([String(edges?.type), String(pageInfo?.type), String(totalCount?.type)]).toEqual([
      `[${name}Edge!]!`,
      "PageInfo!",
      "Int",
    ]);
  }
  for (const type of ownTypes(schema)) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (!/Connection!?$/.test(String(field.type))) continue;
      const names = field.args.map(({ name }) => name);
      expect([type.name, field.name, names.includes("first"), names.includes("after")]).toEqual([
        type.name,
        field.name,
        true,
        true,
      ]);
    }
  }
});
