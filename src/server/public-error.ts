import { randomUUID } from "node:crypto";
import { GraphQLError } from "graphql";
import { isPassingDatabaseFault } from "#db/passing-fault.ts";
import {
  ConflictError,
  CursorExpiredError,
  DatabaseUnavailableError,
  errorCodes,
  GatehouseError,
  InvalidInputError,
  NotFoundError,
  RateLimitedError,
} from "#src/errors.ts";
import type { Log } from "#src/platform/log.ts";

/** What callers may see of an error: ours as they are, everything else masked, given an id and logged whole. */
export type ToPublicError = (error: unknown) => GraphQLError;

export function createToPublicError(log: Log): ToPublicError {
  const done = new WeakMap<object, GraphQLError>();
  return (error) => {
    if (typeof error !== "object" || error === null) return mask(error, log);
    const known = done.get(error);
    if (known) return known;
    const shown = show(error, log);
    done.set(error, shown);
    done.set(shown, shown);
    return shown;
  };
}

function show(error: object, log: Log): GraphQLError {
  const located = error instanceof GraphQLError ? error : null;
  const cause = located ? rootCause(located) : error;
  // A scalar refuses a literal or a variable: no field was reached, so this speaks of the caller's input.
  if (located && located.path === undefined && located.nodes?.length)
    return rebuild(located.message, located, withOurCode(located.extensions));
  if (cause instanceof GatehouseError) return rebuild(cause.message, located, { code: cause.code, ...factsOf(cause) });
  // Pothos' scope plugin brings its own class.
  if (cause instanceof Error && cause.name === "ForbiddenError" && !isMeant(cause))
    return rebuild("You may not see or do this.", located, { code: "FORBIDDEN" });
  if (isPassingDatabaseFault(cause)) {
    log.warn({ path: located?.path?.join("."), err: cause }, "the database was not available for an answer");
    const { code, message } = new DatabaseUnavailableError();
    return rebuild(message, located, { code });
  }
  if ((cause as { code?: unknown }).code === statementCancelled)
    return rebuild(tooSlow, located, { code: "QUERY_TOO_COMPLEX" });
  if (cause instanceof GraphQLError) return rebuild(cause.message, located, withOurCode(cause.extensions));
  return mask(error, log);
}

/** PostgreSQL's code for a statement that ran into its time limit (query_canceled). */
const statementCancelled = "57014";
const tooSlow =
  "The database took too long for this. Narrow it: one instance, a span of time, an exact value instead of a text search.";

function isMeant(error: Error): boolean {
  return error instanceof GraphQLError && typeof error.extensions.code === "string";
}

/** The error that was thrown, below the locations that graphql-js put around it. */
function rootCause(error: GraphQLError): unknown {
  let cause: unknown = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

function factsOf(error: GatehouseError): Record<string, unknown> {
  if (error instanceof CursorExpiredError) return { oldest: error.oldest };
  if (error instanceof RateLimitedError) return { retryAfterSeconds: error.retryAfterSeconds };
  if (error instanceof InvalidInputError || error instanceof ConflictError || error instanceof NotFoundError)
    return error.field ? { field: error.field } : {};
  return {};
}

const ours = new Set<string>(errorCodes);

/** What the GraphQL engine finds wrong with a request (syntax, validation, variables, method) is the caller's input. */
function withOurCode({ originalError: _, ...extensions }: Record<string, unknown>): Record<string, unknown> {
  return { ...extensions, code: ours.has(String(extensions.code)) ? extensions.code : "BAD_USER_INPUT" };
}

function rebuild(message: string, at: GraphQLError | null, extensions: Record<string, unknown>): GraphQLError {
  const http = at?.extensions.http;
  return new GraphQLError(message, {
    nodes: at?.nodes,
    source: at?.source,
    positions: at?.positions,
    path: at?.path,
    extensions: http ? { ...extensions, http } : extensions,
  });
}

function mask(error: unknown, log: Log): GraphQLError {
  const incident = randomUUID();
  const cause = error instanceof GraphQLError ? rootCause(error) : error;
  const path = error instanceof GraphQLError ? error.path?.join(".") : undefined;
  log.error({ incident, path, err: cause }, "unexpected error while answering");
  return rebuild(
    `Something went wrong on our side. Incident ${incident}.`,
    error instanceof GraphQLError ? error : null,
    {
      code: "INTERNAL_SERVER_ERROR",
      incident,
    },
  );
}
