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
import { checkShape, type Limits, weigh } from "#schema/limits.ts";
import type { Log } from "#src/log.ts";
import { createToPublicError, type ToPublicError } from "./public-error.ts";

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
  /** All of the above, for transports without an engine of their own. */
  check(params: OperationParams): CheckedOperation | { errors: readonly GraphQLError[] };
  execute(args: ExecutionArgs): ExecutionResult | Promise<ExecutionResult>;
  subscribe: Subscribe;
  toPublicError: ToPublicError;
  /** JSON of a result with masked errors. A result handed to many subscribers is masked and serialised once. */
  serialize(result: ExecutionResult): string;
}

const CACHED_DOCUMENTS = 1_000;
const CACHED_LENGTH = 20_000;

export function createEngine(schema: GraphQLSchema, limits: Limits, log: Log, ownSubscribe?: Subscribe): Engine {
  const toPublicError = createToPublicError(log);
  const documents = new Map<string, DocumentNode>();
  const verdicts = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  const serialized = new WeakMap<ExecutionResult, string>();

  const engine: Engine = {
    schema,
    toPublicError,
    parse(query) {
      const known = documents.get(query);
      if (known) return known;
      const document = parseWithin(query, limits.tokens);
      if (query.length <= CACHED_LENGTH) {
        documents.set(query, document);
        if (documents.size > CACHED_DOCUMENTS) documents.delete(documents.keys().next().value!);
      }
      return document;
    },
    validate(document) {
      const known = verdicts.get(document);
      if (known) return known;
      // Limits first: some rules of the specification take a time that grows with the square of the fields.
      const tooLarge = checkShape(document, limits);
      const errors = tooLarge.length ? tooLarge : validate(schema, document, specifiedRules, { maxErrors: 20 });
      const all = !errors.length && literalsHoldNul(document) ? [nulRefused()] : errors;
      verdicts.set(document, all.map(asBadRequest));
      return verdicts.get(document)!;
    },
    weigh(document, operation, variables) {
      const { cost, errors } = weigh(schema, document, operation, variables, limits);
      if (JSON.stringify(variables ?? null).includes("\\u0000")) errors.push(nulRefused());
      return { cost, errors: errors.map(asBadRequest) };
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
        return { errors: [toPublicError(new GraphqlError("Say with operationName which operation to run."))] };
      const { cost, errors } = engine.weigh(document, operation, variables);
      return errors.length ? { errors: errors.map(toPublicError) } : { document, operation, cost };
    },
    execute,
    subscribe: ownSubscribe ?? (subscribe as Subscribe),
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

/** PostgreSQL's text has no U+0000: refused at the door, rather than wherever it would fail. */
function nulRefused(): GraphqlError {
  return new GraphqlError("A text holds the character U+0000; leave it out.");
}

function literalsHoldNul(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    StringValue({ value }) {
      found ||= value.includes("\0");
    },
  });
  return found;
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
