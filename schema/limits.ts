import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from "graphql";
import { maxInputNesting } from "#src/platform/json.ts";
import { countOverlaps } from "./overlaps.ts";

/** How large one operation may be. Everything is refused before any SQL. */
export interface Limits {
  tokens: number;
  depth: number;
  aliases: number;
  directives: number;
  rootFields: number;
  /** Pairs of fields with the same name in the same place of the answer, and fields. */
  overlaps: number;
  /** Of `first` and `last` of connections. */
  pageSize: number;
  /** What a connection answers when neither is given. */
  defaultPageSize: number;
  /** How long a list without `first` is taken to be. */
  assumedListSize: number;
  /** Objects an operation may answer, by its page sizes, and its work counted as objects. */
  cost: number;
  /** A page whose filter searches in texts costs as much as so many objects. */
  textSearchCost: number;
  /** Lists and objects inside each other, in variables and literals. */
  nesting: number;
  /** Of one list and one text in the arguments of a query or subscription. Those of mutations are bounded by what they are for. */
  listLength: number;
  textLength: number;
}

export const defaultLimits: Limits = {
  tokens: 4_000,
  depth: 12,
  aliases: 30,
  directives: 50,
  rootFields: 30,
  overlaps: 50_000,
  pageSize: 200,
  defaultPageSize: 50,
  assumedListSize: 10,
  cost: 50_000,
  textSearchCost: 500,
  nesting: maxInputNesting,
  listLength: 1_000,
  textLength: 10_000,
};

/** The arguments that say how many items there may be. */
const sizeArguments = new Set(["first", "last", "maxBatch", "ids"]);

/** Arguments that may search in texts, and the conditions of a filter that do. */
const searchArguments = new Set(["filter", "search"]);
const textConditions = ["search", "actor", "target", "userAgent"];

interface Shape {
  depth: number;
  aliases: number;
  directives: number;
  fields: number;
}

const measures = [
  ["depth", "depth", "levels deep"],
  ["aliases", "aliases", "aliases"],
  ["directives", "directives", "directives"],
  ["fields", "rootFields", "root fields"],
] as const;

/**
 * Depth, aliases, directives and root fields of every operation, fragments counted where they are spread.
 * Introspection is free here: graphql's own MaxIntrospectionDepthRule bounds it. Linear in the document, however fragments nest.
 */
export function checkShape(document: DocumentNode, limits: Limits): GraphQLError[] {
  const fragments = fragmentsOf(document);
  const known = new Map<string, Shape>();

  function ofSelections({ selections }: SelectionSetNode, isRoot: boolean): Shape {
    const total: Shape = { depth: 0, aliases: 0, directives: 0, fields: 0 };
    for (const selection of selections) {
      total.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        total.fields += 1;
        if (selection.alias) total.aliases += 1;
        const isFree = isRoot && selection.name.value.startsWith("__");
        const inner = selection.selectionSet && !isFree ? ofSelections(selection.selectionSet, false) : null;
        total.depth = Math.max(total.depth, 1 + (inner?.depth ?? 0));
        total.aliases += inner?.aliases ?? 0;
        total.directives += inner?.directives ?? 0;
        continue;
      }
      const inner =
        selection.kind === Kind.INLINE_FRAGMENT
          ? ofSelections(selection.selectionSet, isRoot)
          : ofFragment(selection.name.value, isRoot);
      total.depth = Math.max(total.depth, inner.depth);
      total.aliases += inner.aliases;
      total.directives += inner.directives;
      total.fields += inner.fields;
    }
    return total;
  }

  function ofFragment(name: string, isRoot: boolean): Shape {
    const key = `${isRoot}/${name}`;
    const fragment = fragments.get(name);
    const found = known.get(key);
    if (found) return found;
    // While it is being measured a fragment counts nothing: a cycle ends here, and validation reports it.
    known.set(key, { depth: 0, aliases: 0, directives: 0, fields: 0 });
    const shape = fragment ? ofSelections(fragment.selectionSet, isRoot) : known.get(key)!;
    known.set(key, shape);
    return shape;
  }

  const errors = document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const shape = ofSelections(definition.selectionSet, true);
    shape.directives += definition.directives?.length ?? 0;
    return measures.flatMap(([measure, limit, words]) => {
      const [computed, allowed] = [shape[measure], limits[limit]];
      return computed > allowed
        ? tooComplex(`The operation is too complex: ${computed} ${words}, ${allowed} allowed.`, {
            limit,
            computed,
            allowed,
          })
        : [];
    });
  });
  // What is too deep, or goes round in a circle, cannot be merged.
  if (errors.length > 0 || countOverlaps(document, limits.overlaps) <= limits.overlaps) return errors;
  return [
    tooComplex(
      "The operation is too complex: it selects the same fields, or spreads fragments, too often in one place.",
      {
        limit: "overlaps",
        allowed: limits.overlaps,
      },
    ),
  ];
}

/** Page sizes and cost of the operation that will run. The document must be valid. */
export function weigh(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>> | null | undefined,
  limits: Limits,
): { cost: number; errors: GraphQLError[] } {
  const fragments = fragmentsOf(document);
  const known = new Map<string, Weight>();
  const errors: GraphQLError[] = [];

  function ofSelections({ selections }: SelectionSetNode, type: GraphQLCompositeType): Weight {
    const total: Weight = { own: 0, paged: 0 };
    for (const selection of selections) {
      let weight: Weight | null;
      if (selection.kind === Kind.FIELD) weight = ofField(selection, type);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) weight = ofFragment(selection.name.value);
      else weight = ofSelections(selection.selectionSet, conditionOf(selection.typeCondition?.name.value) ?? type);
      total.own += weight?.own ?? 0;
      total.paged += weight?.paged ?? 0;
    }
    return total;
  }

  function ofFragment(name: string): Weight | null {
    const found = known.get(name);
    if (found) return found;
    const fragment = fragments.get(name);
    const type = conditionOf(fragment?.typeCondition.name.value);
    if (!fragment || !type) return null;
    known.set(name, { own: 0, paged: 0 });
    const weight = ofSelections(fragment.selectionSet, type);
    known.set(name, weight);
    return weight;
  }

  function ofField(node: FieldNode, parent: GraphQLCompositeType): Weight | null {
    if (node.name.value.startsWith("__")) return null;
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!field) return null;
    const size = sizeOf(node, field);
    const type = getNamedType(field.type);
    const own = typeof field.extensions.cost === "number" ? field.extensions.cost : undefined;
    const work = numberOf(field.extensions.work) + limits.textSearchCost * searchesOf(node);
    if (isLeafType(type)) return { own: own ?? 0, paged: 0 };
    if (!isCompositeType(type) || !node.selectionSet) return null;
    const inner = ofSelections(node.selectionSet, type);
    const self = own ?? (isWrapper(type) ? 0 : 1);
    if (isConnection(type))
      return { own: work + self + inner.own + (size ?? limits.defaultPageSize) * inner.paged, paged: 0 };
    if (!isList(field)) return { own: work + self + inner.own, paged: 0 };
    if (isConnection(parent)) return { own: 0, paged: self + inner.own };
    return { own: work + (size ?? limits.assumedListSize) * (self + inner.own), paged: 0 };
  }

  function searchesOf(node: FieldNode): number {
    let searches = 0;
    for (const { name, value } of node.arguments ?? [])
      if (searchArguments.has(name.value)) searches += searchesIn(value, name.value === "search");
    return searches;
  }

  /** Conditions on texts in a literal; a variable stands for what was given. */
  function searchesIn(value: ValueNode, isText: boolean): number {
    if (value.kind === Kind.VARIABLE) return searchesInValue(variables?.[value.name.value]);
    if (value.kind === Kind.STRING) return isText ? 1 : 0;
    if (value.kind !== Kind.OBJECT) return 0;
    let searches = 0;
    for (const { name, value: inner } of value.fields) {
      if (textConditions.includes(name.value)) searches += inner.kind === Kind.NULL ? 0 : 1;
      else if (name.value === "not") searches += searchesIn(inner, false);
    }
    return searches;
  }

  /** How many items the arguments ask for; null when they do not say. */
  function sizeOf(node: FieldNode, field: GraphQLField<unknown, unknown>): number | null {
    // Other fields with `first` (charts) have a limit of their own, which they check themselves.
    const type = getNamedType(field.type);
    const isPage = isCompositeType(type) && isConnection(type);
    let size: number | null = null;
    for (const argument of node.arguments ?? []) {
      const name = argument.name.value;
      const value = askedFor(argument.value);
      if ((name === "first" || name === "last") && typeof value === "number") {
        if (isPage && (value > limits.pageSize || value < 0))
          errors.push(wrongPageSize(node, name, value, limits.pageSize));
        size = Math.max(size ?? 0, value);
      }
      if (name === "maxBatch" && typeof value === "number") size = value;
      if (name === "ids" && Array.isArray(value) && isList(field)) size = value.length;
    }
    return size;
  }

  function askedFor(node: ValueNode): unknown {
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind === Kind.LIST) return node.values;
    if (node.kind !== Kind.VARIABLE) return null;
    const given = variables?.[node.name.value];
    if (given !== undefined) return given;
    const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === node.name.value);
    return definition?.defaultValue ? askedFor(definition.defaultValue) : null;
  }

  function conditionOf(name: string | undefined): GraphQLCompositeType | null {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : null;
  }

  const root = schema.getRootType(operation.operation);
  const cost = root ? Math.round(ofSelections(operation.selectionSet, root).own) : 0;
  if (cost > limits.cost)
    errors.push(
      tooComplex(
        `The operation is too complex: it costs ${cost}, ${limits.cost} is allowed. Ask for smaller pages, less nesting, fewer aggregates or fewer text searches.`,
        { limit: "cost", computed: cost, allowed: limits.cost },
      ),
    );
  return { cost, errors };
}

/**
 * The variables that weigh() looks at: operations that differ in others only weigh the same. Of those in `searches` only how many
 * conditions on texts they hold (`searchesInValue`).
 */
export function weighedVariables(document: DocumentNode): { sizes: string[]; searches: string[] } {
  const sizes = new Set<string>();
  const searches = new Set<string>();
  visit(document, {
    Argument({ name, value }) {
      if (sizeArguments.has(name.value) && value.kind === Kind.VARIABLE) sizes.add(value.name.value);
      if (searchArguments.has(name.value)) addSearched(value, searches);
    },
  });
  return { sizes: [...sizes].sort(), searches: [...searches].sort() };
}

function addSearched(value: ValueNode, names: Set<string>): void {
  if (value.kind === Kind.VARIABLE) names.add(value.name.value);
  else if (value.kind === Kind.OBJECT)
    for (const { name, value: inner } of value.fields) if (name.value === "not") addSearched(inner, names);
}

/** Conditions on texts in a search text or filter as it was given. What is nested deeper than a filter may be is refused elsewhere. */
export function searchesInValue(given: unknown, levels = 8): number {
  if (typeof given === "string") return 1;
  if (typeof given !== "object" || given === null) return 0;
  const filter = given as Record<string, unknown>;
  let searches = 0;
  for (const name of textConditions) if (filter[name] != null) searches += 1;
  return filter.not && levels > 0 ? searches + searchesInValue(filter.not, levels - 1) : searches;
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/** Objects of a selection: `own` once, `paged` once for each item of the connection around it. */
interface Weight {
  own: number;
  paged: number;
}

function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return fragments;
}

function isConnection(type: GraphQLCompositeType): boolean {
  return type.name.endsWith("Connection");
}

/** Holds the things that count, and is none. */
function isWrapper(type: GraphQLCompositeType): boolean {
  return !isAbstractType(type) && (type.name.endsWith("Edge") || type.name === "PageInfo");
}

function isList(field: GraphQLField<unknown, unknown>): boolean {
  return isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
}

function tooComplex(message: string, facts: { limit: string; computed?: number; allowed: number }): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "QUERY_TOO_COMPLEX", ...facts } });
}

function wrongPageSize(node: FieldNode, argument: string, asked: number, allowed: number): GraphQLError {
  return new GraphQLError(
    `\`${argument}\` of \`${node.name.value}\` is ${asked}; it must be between 0 and ${allowed}.`,
    {
      nodes: node,
      extensions: { code: "BAD_USER_INPUT", field: [argument], argument, asked, allowed },
    },
  );
}
