import {
  type DocumentNode,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { compile } from "#src/server/execute/compile.ts";
import type { GeneratedOperation } from "./generate.ts";

/** Parsed and valid, or null. */
export function validDocument(schema: GraphQLSchema, query: string): DocumentNode | null {
  const document = parse(query);
  return validate(schema, document, specifiedRules, { maxErrors: 1 }).length === 0 ? document : null;
}

/** The answer's text by graphql-js and by the compiled operation, and what it takes to look into a difference. */
export interface BothWays {
  plain: string;
  compiled: string;
  errors: number;
}

/**
 * Runs an operation both ways, each with a context of its own; the compiled one several times, as a cache would. `concurrent`: fields
 * wait for statements that are under way at the same time. Then errors come in the order in which the database answers, in either execution,
 * and which of them are heard before a null ends their parent is chance as well: they are put in order, and the plain way gets some tries.
 */
export async function bothWays(
  schema: GraphQLSchema,
  document: DocumentNode,
  { variables }: Pick<GeneratedOperation, "variables">,
  newContext: () => unknown,
  { root, concurrent = false }: { root?: unknown; concurrent?: boolean } = {},
): Promise<BothWays> {
  const plainly = () =>
    textOf(async () => {
      const contextValue = newContext();
      const result = await execute({ schema, document, variableValues: variables, contextValue, rootValue: root });
      return result.errors && "data" in result && concurrent
        ? `{"errors":${errorsText(result.errors, true)},"data":${JSON.stringify(result.data)}}`
        : JSON.stringify(result);
    });
  let expected = await plainly();
  const operation = compile(schema, document, getOperationAST(document)!)!;
  let text = "";
  for (let time = 0; time < 2; time += 1) {
    text = await textOf(async () => {
      const { coerced, errors } = operation.coerce(variables);
      if (errors) return JSON.stringify({ errors });
      const result = await operation.execute({ variables: coerced, context: newContext(), root });
      return result.errors.length > 0
        ? `{"errors":${errorsText(result.errors, concurrent)},"data":${result.data}}`
        : `{"data":${result.data}}`;
    });
    for (let again = 0; concurrent && text !== expected && again < 10; again += 1) expected = await plainly();
    if (text !== expected) break;
  }
  return { plain: expected, compiled: text, errors: expected.startsWith('{"errors"') ? 1 : 0 };
}

function errorsText(errors: readonly GraphQLError[], inOrder: boolean): string {
  const texts = errors.map((error) => JSON.stringify(error));
  return `[${(inOrder ? texts.sort() : texts).join()}]`;
}

async function textOf(run: () => Promise<string>): Promise<string> {
  try {
    return await run();
  } catch (error) {
    return `thrown: ${(error as Error).message}`;
  }
}
