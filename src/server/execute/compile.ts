import {
  type DocumentNode,
  type ExecutionArgs,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLLeafType,
  type GraphQLSchema,
  getVariableValues,
  isLeafType,
  isNonNullType,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  OperationTypeNode,
  typeFromAST,
  type VariableDefinitionNode,
} from "graphql";
import { conditionVariables } from "./collect.ts";
import { isThenable, type Soon } from "./complete.ts";
import { Run, Selection } from "./field.ts";

/** What graphql-js's execute answers, with the data as JSON. */
export interface Executed {
  data: string;
  errors: readonly GraphQLError[];
}

/**
 * A query or mutation prepared once for many executions: fields are looked up, grouped and typed when they are first met, and the
 * answer is written as JSON at once instead of as objects. The results, errors included, are those of graphql-js's execute.
 */
export interface Compiled {
  /** The variables as resolvers get them. Throws nothing. */
  coerce(variables: ExecutionArgs["variableValues"]): ReturnType<typeof getVariableValues>;
  /** Never rejects, except where JSON.stringify would throw over the result of execute. */
  execute(args: { variables: Record<string, unknown>; context: unknown; root?: unknown }): Soon<Executed>;
}

/** What is selected may depend on variables; so many selections are kept, of long documents fewer. */
const KEPT_SELECTIONS = 32;
const KEPT_LENGTH = 16_000;

/** The operation must be valid. Null for subscriptions. */
export function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Compiled | null {
  return operation.operation === OperationTypeNode.SUBSCRIPTION ? null : compileRoot(schema, document, operation);
}

/** A subscription's answer to one event, which is the root. The operation must be valid. */
export function compileEvent(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Compiled | null {
  return compileRoot(schema, document, operation);
}

function compileRoot(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Compiled | null {
  const rootType = schema.getRootType(operation.operation);
  if (!rootType) return null;
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  const of = { schema, fragments, operation };
  const conditions = conditionVariables([operation, ...Object.values(fragments)]);
  const selections = new Map<string, Selection>();
  const plainTypes = leafTypes(schema, operation.variableDefinitions ?? []);
  const isMutation = operation.operation === OperationTypeNode.MUTATION;
  const keptSelections = Math.min(KEPT_SELECTIONS, Math.ceil(KEPT_LENGTH / (1 + (document.loc?.end ?? 0))));

  function rootSelection(run: Run): Selection {
    const key = conditions.map((name) => String(run.variables[name])).join();
    let selection = selections.get(key);
    if (!selection) {
      selection = new Selection(run, rootType!, [operation.selectionSet]);
      if (selections.size >= keptSelections) selections.clear();
      selections.set(key, selection);
    }
    return selection;
  }

  function answer(run: Run, data: string | null): Executed {
    if (run.broken) throw run.broken.error;
    return { data: data === null ? "null" : isMutation ? `{${data}}` : data, errors: run.errors.errors };
  }

  function failed(run: Run, error: unknown): Executed {
    run.errors.add(error as GraphQLError, undefined);
    return answer(run, null);
  }

  return {
    coerce(variables) {
      const definitions = operation.variableDefinitions;
      if (!definitions?.length) return { coerced: Object.create(null) };
      const plain = plainTypes && coercePlain(definitions, plainTypes, variables);
      if (plain) return { coerced: plain };
      return getVariableValues(schema, definitions, variables ?? {}, { maxErrors: 50 });
    },
    execute({ variables, context, root }) {
      const run = new Run(of, root, context, variables);
      let data: Soon<string>;
      try {
        const selection = rootSelection(run);
        data = isMutation ? selection.executeSerially(run, root) : selection.execute(run, root, undefined);
      } catch (error) {
        return failed(run, error);
      }
      if (!isThenable(data)) return answer(run, data);
      return (data as PromiseLike<string>).then(
        (json) => answer(run, json),
        (error) => failed(run, error),
      );
    },
  };
}

/** The types of variables when all are scalars or enums, and no lists. */
function leafTypes(schema: GraphQLSchema, definitions: readonly VariableDefinitionNode[]): GraphQLLeafType[] | null {
  const types = definitions.map(({ type }) => typeFromAST(schema, type as NamedTypeNode));
  const leaves = types.map((type) => (isNonNullType(type) ? type.ofType : type));
  return leaves.every(isLeafType) ? leaves : null;
}

/** The result of getVariableValues if every variable is given and valid; null if it needs more than that. */
function coercePlain(
  definitions: readonly VariableDefinitionNode[],
  types: readonly GraphQLLeafType[],
  variables: ExecutionArgs["variableValues"],
): Record<string, unknown> | null {
  const coerced: Record<string, unknown> = Object.create(null);
  try {
    for (let index = 0; index < types.length; index++) {
      const name = definitions[index]!.variable.name.value;
      const given = variables && Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (given === undefined || given === null) return null;
      const value = types[index]!.parseValue(given);
      if (value === undefined) return null;
      coerced[name] = value;
    }
  } catch {
    return null;
  }
  return coerced;
}
