import {
  defaultTypeResolver,
  type FieldNode,
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLError,
  type GraphQLField,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  type GraphQLNullableType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  GraphQLString,
  type GraphQLUnionType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import { inspect } from "graphql/jsutils/inspect.js";
import type { Path } from "./errors.ts";

/** What completing a value needs of the execution it belongs to. */
export interface Run {
  readonly schema: GraphQLSchema;
  readonly context: unknown;
  stringify(value: unknown): string;
  /** Notes the error at its place, or throws it on when the place may not be null. */
  fail(raw: unknown, field: SelectedField, path: Path, isNullable: boolean): null;
}

/** What completing a value needs of its field: its name for errors, and what is selected below it. */
export interface SelectedField {
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  selectionOf(
    type: GraphQLObjectType,
    run: Run,
  ): {
    execute(run: Run, source: unknown, path: Path | undefined): Soon<string>;
  };
}

export type FieldCall = GraphQLResolveInfo & { readonly field: SelectedField };

/**
 * A completed value: its JSON; null for a null, which a non-null type around it must still see; "" for what JSON has no word for
 * (undefined, functions), which objects leave out and lists hold as null.
 */
export type Json = string | null;
/**
 * What comes later, and may be a list whose items have just come: the listener for errors joins it (`joined`). A step of its own
 * for that would let errors elsewhere overtake those of the list, which graphql-js answers in another order then.
 */
export type Late = PromiseLike<Json | Json[]>;
export type Soon<T> = T | PromiseLike<T>;

/** CompleteValue of the specification for one type. `path` is the place of the value, known to everything that has places below it. */
export type Complete = (run: Run, value: unknown, call: FieldCall, path: Path | undefined) => Json | Late;

/** Whether values of the type hold other places (fields, items): only then their own path is made before there is an error. */
export function hasPlaces(type: GraphQLOutputType): boolean {
  const nullable = isNonNullType(type) ? type.ofType : type;
  return isListType(nullable) || isObjectType(nullable) || isAbstractType(nullable);
}

export function completeOf(type: GraphQLOutputType): Complete {
  if (!isNonNullType(type)) return nullable(type);
  const inner = nullable(type.ofType);
  return (run, value, call, path) => {
    const completed = inner(run, value, call, path);
    if (completed === null)
      throw new Error(
        `Cannot return null for non-nullable field ${call.field.parentType.name}.${call.field.definition.name}.`,
      );
    return completed;
  };
}

function nullable(type: GraphQLNullableType & GraphQLOutputType): Complete {
  if (isListType(type)) return unlessNull(completeList(type.ofType));
  if (isAbstractType(type)) return unlessNull(completeAbstract(type));
  if (isObjectType(type)) return unlessNull((run, value, call, path) => completeObject(run, type, value, call, path));
  return leaf(type as GraphQLLeafType);
}

/** What is before every type: an Error that was returned is thrown, null stays null. */
function unlessNull(complete: Complete): Complete {
  return (run, value, call, path) => {
    if (value instanceof Error) throw value;
    return value == null ? null : complete(run, value, call, path);
  };
}

/** The usual values of the usual scalars and enums need no call of `serialize`; all others go through it. */
function leaf(type: GraphQLLeafType): Complete {
  const kind = leafKind(type);
  return unlessNull((run, value) => usualLeaf(kind, value) ?? serialized(run, type, value));
}

/** How the usual values of a leaf are written; the names of an enum by its values. Null: always by `serialize`. */
export type LeafKind = "text" | "int" | "float" | "boolean" | ReadonlyMap<unknown, string> | null;

export function leafKind(type: GraphQLLeafType): LeafKind {
  if (isEnumType(type)) return namesOf(type);
  switch (type) {
    case GraphQLString:
    case GraphQLID:
      return "text";
    case GraphQLInt:
      return "int";
    case GraphQLFloat:
      return "float";
    case GraphQLBoolean:
      return "boolean";
    default:
      return null;
  }
}

/** The JSON of a usual value; undefined where it takes a closer look. */
export function usualLeaf(kind: LeafKind, value: unknown): string | undefined {
  switch (kind) {
    case "text":
      return typeof value === "string" ? quoted(value) : undefined;
    case "int":
      return typeof value === "number" && (value | 0) === value ? `${value}` : undefined;
    case "float":
      return typeof value === "number" && Number.isFinite(value) ? `${value}` : undefined;
    case "boolean":
      return value === true ? "true" : value === false ? "false" : undefined;
    case null:
      return undefined;
    default:
      return kind.get(value);
  }
}

/** All but what JSON writes as it is; halves of surrogate pairs may stand alone. */
const escaped = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

function quoted(text: string): string {
  return escaped.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function namesOf(type: GraphQLEnumType): LeafKind {
  // A schema may bring an enum with a way of its own.
  if (type.serialize !== GraphQLEnumType.prototype.serialize) return null;
  const names = new Map<unknown, string>();
  for (const { name, value } of type.getValues())
    if (value != null && !(value instanceof Error)) names.set(value, `"${name}"`);
  return names;
}

function serialized(run: Run, type: GraphQLLeafType, value: unknown): Json | Late {
  const result: unknown = type.serialize(value);
  if (result == null)
    throw new Error(
      `Expected \`${inspect(type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(result)}`,
    );
  if (typeof result === "string") return quoted(result);
  return isThenable(result) ? result.then((late) => run.stringify(late)) : run.stringify(result);
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return false;
  return typeof (value as { then?: unknown }).then === "function";
}

function completeList(itemType: GraphQLOutputType): Complete {
  const completeItem = completeOf(itemType);
  const isNullable = !isNonNullType(itemType);
  const needsPath = hasPlaces(itemType);

  return (run, value, call, path) => {
    if (typeof value !== "object" || typeof (value as Iterable<unknown>)[Symbol.iterator] !== "function")
      throw new GraphQLError(
        `Expected Iterable, but did not find one for field "${call.field.parentType.name}.${call.field.definition.name}".`,
      );
    const items = Array.isArray(value) ? value : Array.from(value as Iterable<unknown>);

    function fail(error: unknown, itemPath: Path): null {
      return run.fail(error, call.field, itemPath, isNullable);
    }
    const completed: Soon<Json>[] = new Array(items.length);
    let waits = false;
    for (let index = 0; index < items.length; index++) {
      const item: unknown = items[index];
      let itemPath = needsPath ? { prev: path, key: index, typename: undefined } : undefined;
      try {
        const one = isThenable(item)
          ? item.then((late) => completeItem(run, late, call, itemPath))
          : completeItem(run, item, call, itemPath);
        if (typeof one === "object" && one !== null) {
          waits = true;
          itemPath ??= { prev: path, key: index, typename: undefined };
          const place = itemPath;
          completed[index] = one.then(joined, (error) => fail(error, place));
        } else completed[index] = one;
      } catch (error) {
        try {
          completed[index] = fail(error, itemPath ?? { prev: path, key: index, typename: undefined });
        } catch (located) {
          // Those before it that wait may fail as well, and nobody will listen.
          for (const one of completed) if (typeof one === "object") one?.then(undefined, () => {});
          throw located;
        }
      }
    }
    return waits ? Promise.all(completed) : listOf(completed as Json[]);
  };
}

export function joined(value: Json | Json[]): Json {
  return Array.isArray(value) ? listOf(value) : value;
}

function listOf(items: readonly Json[]): string {
  let json = "[";
  for (let index = 0; index < items.length; index++) {
    if (index > 0) json += ",";
    json += items[index] || "null";
  }
  return `${json}]`;
}

function completeObject(
  run: Run,
  type: GraphQLObjectType,
  value: unknown,
  call: FieldCall,
  path: Path | undefined,
): Json | Late {
  const selection = call.field.selectionOf(type, run);
  if (!type.isTypeOf) return selection.execute(run, value, path);
  const isOf = type.isTypeOf(value, run.context, call);
  const check = (holds: boolean): Soon<string> => {
    if (!holds)
      throw new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, {
        nodes: call.field.nodes,
      });
    return selection.execute(run, value, path);
  };
  return isThenable(isOf) ? (isOf as PromiseLike<boolean>).then(check) : check(isOf as boolean);
}

function completeAbstract(type: GraphQLUnionType | Extract<GraphQLOutputType, { resolveType?: unknown }>): Complete {
  const resolveType = (type.resolveType ?? defaultTypeResolver) as typeof defaultTypeResolver;
  const known = new Map<string, GraphQLObjectType>();
  return (run, value, call, path) => {
    const finish = (name: unknown): Json | Late => {
      let found = known.get(name as string);
      if (!found) {
        found = possibleType(run, type, name, call, value);
        known.set(found.name, found);
      }
      return completeObject(run, found, value, call, path);
    };
    const name = resolveType(value, run.context, call, type as GraphQLUnionType);
    return isThenable(name) ? name.then(finish) : finish(name);
  };
}

/** In the words of graphql-js. */
function possibleType(
  run: Run,
  type: { name: string },
  name: unknown,
  { field }: FieldCall,
  value: unknown,
): GraphQLObjectType {
  const place = `${field.parentType.name}.${field.definition.name}`;
  const { nodes } = field;
  if (name == null)
    throw new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${place}". Either the "${type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
      { nodes },
    );
  if (isObjectType(name))
    throw new GraphQLError(
      "Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0 please return type name instead.",
    );
  if (typeof name !== "string")
    throw new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${place}" with value ${inspect(value)}, received "${inspect(name)}".`,
    );
  const found = run.schema.getType(name);
  if (found == null)
    throw new GraphQLError(
      `Abstract type "${type.name}" was resolved to a type "${name}" that does not exist inside the schema.`,
      { nodes },
    );
  if (!isObjectType(found))
    throw new GraphQLError(`Abstract type "${type.name}" was resolved to a non-object type "${name}".`, { nodes });
  if (!run.schema.isSubType(type as GraphQLUnionType, found))
    throw new GraphQLError(`Runtime Object type "${found.name}" is not a possible type for "${type.name}".`, { nodes });
  return found;
}
