import {
  type FieldNode,
  type GraphQLField,
  type GraphQLLeafType,
  GraphQLNonNull,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isNonNullType,
  Kind,
  locatedError,
  type OperationDefinitionNode,
  responsePathAsArray,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  valueFromAST,
} from "graphql";
import { type CollectFrom, collectFields } from "./collect.ts";
import {
  type Complete,
  completeOf,
  hasPlaces,
  isThenable,
  type Json,
  joined,
  type LeafKind,
  leafKind,
  type Soon,
  usualLeaf,
} from "./complete.ts";
import { FieldErrors, type Path } from "./errors.ts";

/** One execution of a compiled operation. */
export class Run implements CollectFrom {
  readonly errors = new FieldErrors();
  readonly schema: GraphQLSchema;
  readonly fragments: CollectFrom["fragments"];
  readonly operation: OperationDefinitionNode;
  readonly root: unknown;
  readonly context: unknown;
  readonly variables: Record<string, unknown>;
  /** The error of JSON.stringify for a scalar: it would have thrown it for the whole answer. */
  broken: { error: unknown } | null = null;

  constructor(
    of: { schema: GraphQLSchema; fragments: CollectFrom["fragments"]; operation: OperationDefinitionNode },
    root: unknown,
    context: unknown,
    variables: Record<string, unknown>,
  ) {
    this.schema = of.schema;
    this.fragments = of.fragments;
    this.operation = of.operation;
    this.root = root;
    this.context = context;
    this.variables = variables;
  }

  /** Notes the error at its place, or throws it on when the place may not be null. */
  fail(raw: unknown, field: Field, path: Path, isNullable: boolean): null {
    const error = locatedError(raw, field.nodes, responsePathAsArray(path as never) as (string | number)[]);
    if (!isNullable) throw error;
    this.errors.add(error, path);
    return null;
  }

  stringify(value: unknown): string {
    try {
      return JSON.stringify(value) ?? "";
    } catch (error) {
      this.broken ??= { error };
      return "null";
    }
  }
}

/**
 * One field of one object. It is also what resolvers get as `info`: the same properties as graphql-js's, each worked out when it is
 * asked for, since most resolvers ask for none.
 */
export class FieldCall implements GraphQLResolveInfo {
  readonly field: Field;
  readonly run: Run;
  readonly #parentPath: Path | undefined;
  #path: Path | undefined;

  constructor(field: Field, run: Run, parentPath: Path | undefined) {
    this.field = field;
    this.run = run;
    this.#parentPath = parentPath;
  }

  get path(): Path {
    this.#path ??= { prev: this.#parentPath, key: this.field.name, typename: this.field.parentType.name };
    return this.#path;
  }
  get fieldName() {
    return this.field.definition.name;
  }
  get fieldNodes() {
    return this.field.nodes;
  }
  get returnType() {
    return this.field.definition.type;
  }
  get parentType() {
    return this.field.parentType;
  }
  get schema() {
    return this.run.schema;
  }
  get fragments() {
    return this.run.fragments;
  }
  get rootValue() {
    return this.run.root;
  }
  get operation() {
    return this.run.operation;
  }
  get variableValues() {
    return this.run.variables;
  }
}

/** A field as it is selected in one place of the operation, for one type of object. */
export class Field {
  /** In the answer. */
  readonly name: string;
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly #isNullable: boolean;
  readonly #hasPlaces: boolean;
  readonly #complete: Complete;
  /** The property that the default resolver reads, of a leaf without arguments: then there is no call to report. */
  readonly #property: string | null;
  readonly #leafKind: LeafKind;
  readonly #arguments: (variables: Record<string, unknown>) => Record<string, unknown>;
  readonly #selections = new Map<GraphQLObjectType, Selection>();

  constructor(
    name: string,
    parentType: GraphQLObjectType,
    definition: GraphQLField<unknown, unknown>,
    nodes: readonly FieldNode[],
  ) {
    this.name = name;
    this.parentType = parentType;
    this.definition = definition;
    this.nodes = nodes;
    this.#isNullable = !(definition.type instanceof GraphQLNonNull);
    this.#hasPlaces = hasPlaces(definition.type as GraphQLOutputType);
    const isPlain = !definition.resolve && definition.args.length === 0 && !this.#hasPlaces;
    this.#property = isPlain ? definition.name : null;
    this.#leafKind = isPlain ? leafKind(getNamedType(definition.type) as GraphQLLeafType) : null;
    this.#complete = completeOf(definition.type as GraphQLOutputType);
    this.#arguments = argumentsOf(definition, nodes[0]!);
  }

  execute(run: Run, source: unknown, parentPath: Path | undefined): Soon<Json> {
    if (this.#property !== null && typeof source === "object" && source !== null) {
      const value = (source as Record<string, unknown>)[this.#property];
      if (value === null && this.#isNullable) return null;
      const json = usualLeaf(this.#leafKind, value);
      if (json !== undefined) return json;
    }
    const call = new FieldCall(this, run, parentPath);
    try {
      const { resolve } = this.definition;
      const args = this.#arguments(run.variables);
      const result = resolve ? resolve(source, args, run.context, call) : byName(source, args, run.context, call);
      const completed = isThenable(result)
        ? result.then((late) => this.#complete(run, late, call, call.path))
        : this.#complete(run, result, call, this.#hasPlaces ? call.path : undefined);
      if (typeof completed !== "object" || completed === null) return completed;
      return completed.then(joined, (error) => run.fail(error, this, call.path, this.#isNullable));
    } catch (error) {
      return run.fail(error, this, call.path, this.#isNullable);
    }
  }

  /** What is selected below this field when its value is of `type`. */
  selectionOf(type: GraphQLObjectType, run: Run): Selection {
    let selection = this.#selections.get(type);
    if (!selection) {
      selection = new Selection(run, type, selectionSetsOf(this.nodes));
      this.#selections.set(type, selection);
    }
    return selection;
  }
}

/** The default resolver of graphql-js. */
function byName(source: unknown, args: object, context: unknown, call: FieldCall): unknown {
  if ((typeof source !== "object" || source === null) && typeof source !== "function") return undefined;
  const property = (source as Record<string, unknown>)[call.field.definition.name];
  if (typeof property !== "function") return property;
  return (source as Record<string, (...args: unknown[]) => unknown>)[call.field.definition.name]!(args, context, call);
}

/** An argument that is the same in every request, or the variable it comes from. */
type Argument = { name: string; variable: string | null; value: unknown };

/** Resolvers own their arguments: each call gets an object of its own. The usual ones are put together from what is known of them. */
function argumentsOf(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
): (variables: Record<string, unknown>) => Record<string, unknown> {
  if (definition.args.length === 0) return () => ({});
  const byRequest = (variables: Record<string, unknown>) => getArgumentValues(definition, node, variables);
  const usual = usualArguments(definition, node);
  if (!usual) return byRequest;
  return (variables) => {
    const values: Record<string, unknown> = {};
    for (const { name, variable, value } of usual) {
      if (variable === null) values[name] = value;
      else {
        const given = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
        // Defaults, and what is wrong about it.
        if (given === undefined || given === null) return byRequest(variables);
        values[name] = given;
      }
    }
    return values;
  };
}

/** Null where every request has to look at them: lists and objects, and what is wrong in any case. */
function usualArguments({ args }: GraphQLField<unknown, unknown>, node: FieldNode): Argument[] | null {
  const usual: Argument[] = [];
  for (const { name, type, defaultValue } of args) {
    const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
    if (given?.kind === Kind.VARIABLE) usual.push({ name, variable: given.name.value, value: undefined });
    else {
      const value = given ? valueFromAST(given, type) : defaultValue;
      if (typeof value === "object" && value !== null) return null;
      if (value !== undefined) usual.push({ name, variable: null, value });
      else if (given || isNonNullType(type)) return null;
    }
  }
  return usual;
}

function selectionSetsOf(nodes: readonly FieldNode[]) {
  return nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
}

/** The fields of one object. */
export class Selection {
  readonly #fields: readonly Field[];
  /** `"name":` of each field, and the same with a comma before it. */
  readonly #keys: readonly string[];
  readonly #furtherKeys: readonly string[];

  constructor(from: CollectFrom, type: GraphQLObjectType, selectionSets: Parameters<typeof collectFields>[2]) {
    const fields: Field[] = [];
    for (const [name, nodes] of collectFields(from, type, selectionSets)) {
      const definition = definitionOf(from.schema, type, nodes[0]!.name.value);
      if (definition) fields.push(new Field(name, type, definition, nodes));
    }
    this.#fields = fields;
    this.#keys = fields.map(({ name }) => `"${name}":`);
    this.#furtherKeys = this.#keys.map((key) => `,${key}`);
  }

  /** All at once. */
  execute(run: Run, source: unknown, path: Path | undefined): Soon<string> {
    const fields = this.#fields;
    let json = "";
    let index = 0;
    for (; index < fields.length; index++) {
      const value = fields[index]!.execute(run, source, path);
      if (typeof value === "object" && value !== null) return this.#executeRest(run, source, path, json, index, value);
      json = this.#append(json, index, value);
    }
    return `{${json}}`;
  }

  /** From the first field that waits: those after it start now, and the answer is put together when all are there. */
  #executeRest(
    run: Run,
    source: unknown,
    path: Path | undefined,
    before: string,
    first: number,
    value: PromiseLike<Json>,
  ): Promise<string> {
    const values: Soon<Json>[] = [value];
    try {
      for (let index = first + 1; index < this.#fields.length; index++)
        values.push(this.#fields[index]!.execute(run, source, path));
    } catch (error) {
      // Those under way may fail as well, and their rejections must be handled.
      return Promise.all(values)
        .then(() => "")
        .finally(() => {
          throw error;
        });
    }
    return Promise.all(values).then((all) => {
      let json = before;
      for (let index = 0; index < all.length; index++) json = this.#append(json, first + index, all[index]!);
      return `{${json}}`;
    });
  }

  /** One after the other: mutations. The object without its braces. */
  executeSerially(run: Run, source: unknown): Soon<string> {
    let json: Soon<string> = "";
    for (let index = 0; index < this.#fields.length; index++) {
      const step = (before: string): Soon<string> => {
        const value = this.#fields[index]!.execute(run, source, undefined);
        if (typeof value !== "object" || value === null) return this.#append(before, index, value);
        return value.then((late) => this.#append(before, index, late));
      };
      json = typeof json === "string" ? step(json) : json.then(step);
    }
    return json;
  }

  #append(json: string, index: number, value: Json): string {
    if (value === "") return json;
    const key = json === "" ? this.#keys[index]! : json + this.#furtherKeys[index]!;
    return key + (value ?? "null");
  }
}

function definitionOf(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === SchemaMetaFieldDef.name && schema.getQueryType() === type) return SchemaMetaFieldDef;
  if (name === TypeMetaFieldDef.name && schema.getQueryType() === type) return TypeMetaFieldDef;
  return name === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef : type.getFields()[name];
}
