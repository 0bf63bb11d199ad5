import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  GraphQLError as GraphqlError,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  subscribe,
  validate,
  visit,
} from "graphql";
import { checkShape, type Limits, searchesInValue, weigh, weighedVariables } from "#schema/limits.ts";
import { exceededBound, holdsPlainText, isPlainText, type ValueBounds } from "#src/platform/json.ts";
import type { Log } from "#src/platform/log.ts";
import { createDocumentCache } from "./documents.ts";
import { type Compiled, compile } from "./execute/compile.ts";
import { createToPublicError, type ToPublicError } from "./public-error.ts";
import { refuseConditionsAtRoot } from "./subscription-root.ts";

export interface OperationParams {
  query: string;
  variables?: Record<string, unknown> | null;
  operationName?: string | null;
}

export interface CheckedOperation {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  cost: number;
}

/** An operation that passed every check that does not depend on its variables, and is compiled. */
export interface PreparedOperation {
  operation: OperationDefinitionNode;
  compiled: Compiled;
  /** Null where the variables make it too large, or hold what must be refused: `weigh` reports why. */
  costWith(variables: OperationParams["variables"]): number | null;
  /** Whether the variables are larger than they may be: `weigh` reports how. */
  isTooLarge(variables: OperationParams["variables"]): boolean;
}

export type Subscribe = (args: ExecutionArgs) => Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;

/** Parsing, validation, limits, execution and masking: one way for every transport. */
export interface Engine {
  schema: GraphQLSchema;
  /** Throws GraphQLError. */
  parse(query: string): DocumentNode;
  validate(document: DocumentNode): readonly GraphQLError[];
  weigh(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: OperationParams["variables"],
  ): ReturnType<typeof weigh>;
  /** Null for what cannot run or cannot be compiled: the other functions say what is wrong with it, if anything is. */
  prepare(params: Pick<OperationParams, "query" | "operationName">): PreparedOperation | null;
  /** All of the above, for transports without an engine of their own. */
  check(params: OperationParams): CheckedOperation | { errors: readonly GraphQLError[] };
  execute(args: ExecutionArgs): ExecutionResult | Promise<ExecutionResult>;
  subscribe: Subscribe;
  toPublicError: ToPublicError;
  /** JSON of errors, masked. */
  serializeErrors(errors: readonly GraphQLError[]): string;
  /** JSON of a result with masked errors. A result handed to many subscribers is masked and serialised once. */
  serialize(result: ExecutionResult): string;
}

/** Of documents with what is prepared for them: some 1,000 of the size that clients send. */
const CACHED_DOCUMENT_BYTES = 48 * 1024 * 1024;
/** Costs kept of one operation, by the variables that decide them, where those are not long lists of ids. */
const CACHED_COSTS = 32;
const CACHED_KEY_LENGTH = 1_000;

export function createEngine(schema: GraphQLSchema, limits: Limits, log: Log, ownSubscribe?: Subscribe): Engine {
  const toPublicError = createToPublicError(log);
  const documents = createDocumentCache(CACHED_DOCUMENT_BYTES);
  /** The last one: a request asks for its document up to three times. */
  let refused: { query: string; document: DocumentNode } | null = null;
  const verdicts = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  const prepared = new WeakMap<DocumentNode, Map<string | null, PreparedOperation | null>>();
  const serialized = new WeakMap<ExecutionResult, string>();

  function prepareDocument(document: DocumentNode, operationName: string | null): PreparedOperation | null {
    if (engine.validate(document).length > 0) return null;
    const operation = getOperationAST(document, operationName);
    const compiled = operation && compile(schema, document, operation);
    if (!compiled) return null;
    const { sizes, searches } = weighedVariables(document);
    const costs = new Map<string, number>();
    const bounds = boundsOf(operation, limits);
    return {
      operation,
      compiled,
      isTooLarge(variables) {
        for (const name in variables) {
          const value = variables[name];
          // Nearly all are short texts and numbers.
          if (typeof value === "object" ? exceededBound(value, bounds) : exceedsText(value, bounds)) return true;
        }
        return false;
      },
      costWith(variables) {
        // A variable that is left out has its default, and null has not: they weigh differently.
        const given = sizes.map((name) => (variables?.[name] === undefined ? [] : [variables[name]]));
        let key = sizes.length > 0 ? JSON.stringify(given) : "";
        for (const name of searches) {
          const found = searchesInValue(variables?.[name]);
          if (found > 0) key += `${name}:${found}`;
        }
        const known = costs.get(key);
        if (known !== undefined) return known;
        const { cost, errors } = weigh(schema, document, operation, variables, limits);
        if (errors.length > 0) return null;
        if (costs.size >= CACHED_COSTS) costs.clear();
        if (key.length <= CACHED_KEY_LENGTH) costs.set(key, cost);
        return cost;
      },
    };
  }

  const engine: Engine = {
    schema,
    toPublicError,
    parse(query) {
      const known = documents.get(query) ?? (refused?.query === query ? refused.document : null);
      return known ?? parseWithin(query, limits.tokens);
    },
    validate(document) {
      const known = verdicts.get(document);
      if (known) return known;
      // Limits first: some rules of the specification take a time that grows with the square of the fields.
      const overShape = checkShape(document, limits);
      const errors = overShape.length ? overShape : validated(schema, document, limits);
      const verdict = errors.map(asBadRequest);
      verdicts.set(document, verdict);
      const query = document.loc?.source.body;
      if (query === undefined) return verdict;
      // What is refused is not kept: it would push out what is in use.
      if (verdict.length === 0) documents.keep(query, document);
      else refused = { query, document };
      return verdict;
    },
    weigh(document, operation, variables) {
      const { cost, errors } = weigh(schema, document, operation, variables, limits);
      const refused = refusedIn(variables, boundsOf(operation, limits));
      if (refused) errors.push(refused);
      return { cost, errors: errors.map(asBadRequest) };
    },
    prepare({ query, operationName = null }) {
      let document: DocumentNode;
      try {
        document = engine.parse(query);
      } catch {
        return null;
      }
      const ofDocument = prepared.get(document) ?? new Map<string | null, PreparedOperation | null>();
      prepared.set(document, ofDocument);
      let operation = ofDocument.get(operationName);
      if (operation === undefined) {
        operation = prepareDocument(document, operationName);
        // Names that a document does not have would fill memory.
        if (operation) ofDocument.set(operationName, operation);
      }
      return operation;
    },
    check({ query, variables, operationName }) {
      let document: DocumentNode;
      try {
        document = engine.parse(query);
      } catch (error) {
        return { errors: [toPublicError(error)] };
      }
      const invalid = engine.validate(document);
      if (invalid.length) return { errors: invalid.map(toPublicError) };
      const operation = getOperationAST(document, operationName);
      if (!operation)
        return {
          errors: [
            toPublicError(
              new GraphqlError("The document has several operations: set operationName to the one to run."),
            ),
          ],
        };
      const { cost, errors } = engine.weigh(document, operation, variables);
      return errors.length ? { errors: errors.map(toPublicError) } : { document, operation, cost };
    },
    execute,
    subscribe: ownSubscribe ?? (subscribe as Subscribe),
    serializeErrors: (errors) => JSON.stringify(errors.map(withoutInternals(toPublicError))),
    serialize(result) {
      let text = serialized.get(result);
      if (text === undefined) {
        text = JSON.stringify(
          result.errors ? { ...result, errors: result.errors.map(withoutInternals(toPublicError)) } : result,
        );
        serialized.set(result, text);
      }
      return text;
    },
  };
  return engine;
}

/** What PostgreSQL's text and JSON cannot hold is refused on arrival, rather than wherever it would fail. */
function textRefused(): GraphqlError {
  return new GraphqlError(
    "A string contains the character U+0000 or half of a surrogate pair, which are not supported.",
  );
}

const boundWords: Record<keyof ValueBounds, { limit: string; words: string }> = {
  levels: { limit: "nesting", words: "nest lists and objects too deep: levels" },
  listLength: { limit: "listLength", words: "hold a list that is too long: values" },
  textLength: { limit: "textLength", words: "hold a text that is too long: characters" },
};

function tooLarge(what: string, bound: keyof ValueBounds, computed: number | null, allowed: number): GraphqlError {
  const { limit, words } = boundWords[bound];
  const found = computed === null ? "" : `, and there are ${computed}`;
  return new GraphqlError(`The ${what} ${words} are limited to ${allowed}${found}.`, {
    extensions: { code: "QUERY_TOO_COMPLEX", limit, ...(computed === null ? {} : { computed }), allowed },
  });
}

/** What a mutation may hold depends on what it is for: it bounds its lists and texts itself. */
function boundsOf({ operation }: OperationDefinitionNode, { nesting, listLength, textLength }: Limits): ValueBounds {
  const isMutation = operation === "mutation";
  const without = Number.POSITIVE_INFINITY;
  return {
    levels: nesting,
    listLength: isMutation ? without : listLength,
    textLength: isMutation ? without : textLength,
  };
}

function exceedsText(value: unknown, { textLength }: ValueBounds): boolean {
  return typeof value === "string" && value.length > textLength;
}

/** What is wrong with variables whatever they are for; null when nothing is. */
function refusedIn(variables: OperationParams["variables"], bounds: ValueBounds): GraphqlError | null {
  for (const value of Object.values(variables ?? {})) {
    const exceeded = exceededBound(value, bounds);
    if (exceeded) return tooLarge("variables", exceeded.bound, exceeded.computed, bounds[exceeded.bound]);
  }
  return holdsPlainText(variables) ? null : textRefused();
}

/** What is wrong with a document of an allowed shape. */
function validated(schema: GraphQLSchema, document: DocumentNode, limits: Limits): readonly GraphQLError[] {
  const refused = [...refusedLiterals(document, limits), ...refuseConditionsAtRoot(document)];
  return refused.length > 0 ? refused : ruled(schema, document);
}

function ruled(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  try {
    return validate(schema, document, specifiedRules, { maxErrors: 20 });
  } catch (error) {
    // Rules that evaluate arguments throw what they find wrong with them, instead of reporting it.
    if (error instanceof GraphqlError) return [error];
    throw error;
  }
}

function refusedLiterals(document: DocumentNode, limits: Limits): GraphqlError[] {
  const sizes: Record<keyof ValueBounds, number> = { levels: 0, listLength: 0, textLength: 0 };
  let depth = 0;
  let isPlain = true;
  const see = (bound: keyof ValueBounds, size: number) => {
    sizes[bound] = Math.max(sizes[bound], size);
  };
  const enter = () => {
    depth += 1;
    see("levels", depth);
  };
  const leave = () => {
    depth -= 1;
  };
  visit(document, {
    ListValue: {
      enter({ values }) {
        enter();
        see("listLength", values.length);
      },
      leave,
    },
    ObjectValue: { enter, leave },
    StringValue({ value }) {
      isPlain &&= isPlainText(value);
      see("textLength", value.length);
    },
  });
  const operations = document.definitions.filter((definition) => definition.kind === "OperationDefinition");
  // Fragments do not state for which operations they are: the strictest decides.
  const bounds = operations.map((operation) => boundsOf(operation, limits));
  const errors = (Object.keys(sizes) as (keyof ValueBounds)[]).flatMap((bound) => {
    const allowed = Math.min(...bounds.map((one) => one[bound]));
    return sizes[bound] > allowed
      ? [tooLarge("literals", bound, bound === "levels" ? null : sizes[bound], allowed)]
      : [];
  });
  return isPlain ? errors : [...errors, textRefused()];
}

function parseWithin(query: string, tokens: number): DocumentNode {
  try {
    return parse(query, { maxTokens: tokens });
  } catch (error) {
    if (error instanceof GraphqlError && error.message.includes("Parsing aborted")) {
      // graphql-js stops at the limit, so how many there are is not known.
      throw new GraphqlError(`The document is too large: ${tokens} tokens are allowed.`, {
        extensions: { code: "QUERY_TOO_COMPLEX", limit: "tokens", allowed: tokens, http: badRequest },
      });
    }
    if (error instanceof GraphqlError)
      throw new GraphqlError(error.message, {
        source: error.source,
        positions: error.positions,
        extensions: { code: "BAD_USER_INPUT", http: badRequest },
      });
    throw error;
  }
}

/** `spec`: 400 where the media type allows it, 200 for the older application/json. */
const badRequest = { spec: true, status: 400 };

function asBadRequest(error: GraphQLError): GraphQLError {
  return new GraphqlError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code: "BAD_USER_INPUT", ...error.extensions, http: badRequest },
  });
}

function withoutInternals(toPublicError: ToPublicError) {
  return (error: GraphQLError) => {
    const { extensions, ...rest } = toPublicError(error).toJSON();
    const { http: _, ...shown } = extensions ?? {};
    return { ...rest, extensions: shown };
  };
}
