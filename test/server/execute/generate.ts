import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from "graphql";

/** Numbers that look random and come again with the same seed (mulberry32). */
export interface Random {
  /** Below `limit`. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(values: readonly T[]): T;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    below: (limit) => Math.floor(next() * limit),
    chance: (probability) => next() < probability,
    pick: (values) => values[Math.floor(next() * values.length)]!,
  };
}

/** `SEED=…` in the environment repeats a run. */
export function newSeed(): number {
  return process.env.SEED ? Number(process.env.SEED) : Math.floor(Math.random() * 2 ** 31);
}

export interface GeneratedOperation {
  query: string;
  variables: Record<string, unknown>;
}

export interface GenerateOptions {
  depth?: number;
  /** A value for a leaf of an argument; undefined: one of the type's own. */
  value?(type: string, argument: string, random: Random): unknown;
  /** Fields that are not asked for: `Type.field`. */
  without?: ReadonlySet<string>;
  operation?: "query" | "mutation";
}

/** A random operation: fields, aliases, fragments of both kinds, conditions, literals and variables with and without defaults. Mostly valid. */
export function generateOperation(
  schema: GraphQLSchema,
  random: Random,
  options: GenerateOptions = {},
): GeneratedOperation {
  const definitions: string[] = [];
  const fragments: string[] = [];
  const variables: Record<string, unknown> = {};
  const aliased = new Map<string, number>();
  let count = 0;
  let size = 0;

  function selectionSet(type: GraphQLNamedOutputType, depth: number): string {
    const parts: string[] = [];
    const wanted = 1 + random.below(depth > 2 ? 4 : 3);
    for (let n = 0; n < wanted && size < 60; n += 1) parts.push(...selection(type, depth));
    if (parts.length === 0) parts.push("__typename");
    return `{ ${parts.join(" ")} }`;
  }

  function selection(type: GraphQLNamedOutputType, depth: number): string[] {
    size += 1;
    if (random.chance(0.08)) return [`__typename${condition()}`];
    if (random.chance(isAbstractType(type) ? 0.6 : 0.12)) {
      const on = isAbstractType(type) && random.chance(0.85) ? random.pick(schema.getPossibleTypes(type)) : type;
      if (random.chance(0.3)) {
        const name = `F${count++}`;
        fragments.push(`fragment ${name} on ${on.name} ${selectionSet(on, depth)}`);
        return random.chance(0.2) ? [`...${name}`, `...${name}`] : [`...${name}${condition()}`];
      }
      const typed = on !== type || random.chance(0.7) ? ` on ${on.name}` : "";
      return [`...${typed}${condition()} ${selectionSet(on, depth)}`];
    }
    if (!("getFields" in type)) return [];
    const fields = Object.values((type as GraphQLObjectType).getFields()).filter(
      (field) =>
        !options.without?.has(`${type.name}.${field.name}`) && (depth > 0 || isLeafType(getNamedType(field.type))),
    );
    // Fields with fields below them are what there is to get wrong.
    const deep = fields.filter((field) => !isLeafType(getNamedType(field.type)));
    const choice = deep.length > 0 && random.chance(0.5) ? deep : fields;
    return choice.length > 0 ? [fieldText(random.pick(choice), depth)] : [];
  }

  function fieldText(field: GraphQLField<unknown, unknown>, depth: number): string {
    const given = field.args.filter((argument) => isRequiredArgument(argument) || random.chance(0.4));
    const args = given.map((argument) => `${argument.name}: ${argumentText(argument)}`);
    const type = getNamedType(field.type);
    const repeats = aliased.get(field.name) ?? 0;
    aliased.set(field.name, repeats + 1);
    const alias = random.chance(args.length > 0 ? 0.6 : 0.15) ? `a${count++}: ` : "";
    const below = isLeafType(type) ? "" : ` ${selectionSet(type as GraphQLNamedOutputType, depth - 1)}`;
    return `${alias}${field.name}${args.length > 0 ? `(${args.join(", ")})` : ""}${condition()}${below}`;
  }

  function condition(): string {
    if (!random.chance(0.1)) return "";
    const name = random.pick(["skip", "include"]);
    if (random.chance(0.5)) return ` @${name}(if: ${random.chance(0.5)})`;
    return ` @${name}(if: ${variable("Boolean!", random.chance(0.5), random.chance(0.2) ? "true" : null)})`;
  }

  function variable(type: string, value: unknown, fallback: string | null): string {
    const name = `v${count++}`;
    definitions.push(`$${name}: ${type}${fallback === null ? "" : ` = ${fallback}`}`);
    if (fallback === null || random.chance(0.5)) variables[name] = value;
    return `$${name}`;
  }

  function argumentText(argument: GraphQLArgument): string {
    if (random.chance(0.3)) {
      const value = randomValue(argument.type, argument.name, 2);
      const isLeft = !isNonNullType(argument.type) && random.chance(0.1);
      const text = variable(String(argument.type), value, null);
      if (isLeft) delete variables[text.slice(1)];
      return text;
    }
    return literal(argument.type, randomValue(argument.type, argument.name, 2));
  }

  function randomValue(type: GraphQLInputType, name: string, depth: number): unknown {
    if (isNonNullType(type)) return randomValue(type.ofType, name, depth);
    if (random.chance(0.04)) return undefined;
    if (isListType(type))
      return Array.from({ length: random.below(3) }, () => {
        const item = randomValue(type.ofType, name, depth);
        return item === undefined && isNonNullType(type.ofType) ? one(type.ofType.ofType, name, depth) : (item ?? null);
      });
    return one(type, name, depth);
  }

  function one(type: GraphQLInputType, name: string, depth: number): unknown {
    if (isNonNullType(type)) return one(type.ofType, name, depth);
    if (isListType(type)) return [];
    if (isInputObjectType(type)) {
      const entries = Object.values(type.getFields())
        .filter((field) => isRequiredInputField(field) || (depth > 0 && random.chance(0.12)))
        .map((field) => [
          field.name,
          randomValue(field.type, field.name, depth - 1) ??
            (isNonNullType(field.type) ? one(field.type, field.name, 0) : undefined),
        ]);
      return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
    }
    const own = options.value?.(type.name, name, random);
    if (own !== undefined) return own;
    if (isEnumType(type)) return random.pick(type.getValues()).name;
    switch (type.name) {
      case "Int":
        return random.below(5);
      case "Float":
        return random.below(100) / 8;
      case "Boolean":
        return random.chance(0.5);
      default:
        return random.pick(["a", "b", 'é\u2028"\\', "", "x".repeat(30)]);
    }
  }

  const root = (options.operation === "mutation" ? schema.getMutationType() : schema.getQueryType())!;
  const body = selectionSet(root, options.depth ?? 4);
  const head = definitions.length > 0 ? `(${definitions.join(", ")})` : "";
  return { query: `${options.operation ?? "query"} Q${head} ${body} ${fragments.join(" ")}`, variables };
}

function literal(type: GraphQLInputType, value: unknown): string {
  if (isNonNullType(type)) return literal(type.ofType, value);
  if (value === undefined || value === null) return "null";
  if (isListType(type)) return `[${(value as unknown[]).map((item) => literal(type.ofType, item)).join(", ")}]`;
  if (isInputObjectType(type)) {
    const fields = type.getFields();
    const entries = Object.entries(value as object).map(([key, item]) => `${key}: ${literal(fields[key]!.type, item)}`);
    return `{${entries.join(", ")}}`;
  }
  return isEnumType(type) ? String(value) : JSON.stringify(value);
}
