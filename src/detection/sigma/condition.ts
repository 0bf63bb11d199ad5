import { BrokenRule, UnsupportedRule } from "./errors.ts";
import { textTest, tokensOf } from "./pattern.ts";

/** A condition, with the identifiers that `of` speaks of already found. */
export type Condition =
  | { kind: "search"; name: string }
  | { kind: "not"; of: Condition }
  | { kind: "and"; of: Condition[] }
  | { kind: "or"; of: Condition[] }
  /** At least so many of them. */
  | { kind: "some"; count: number; of: Condition[] };

/** What stood behind `|` in conditions of the first Sigma: `count(field) by group > 5`. */
export interface Aggregation {
  /** Null: the matches themselves. */
  field: string | null;
  by: string | null;
  operator: "gt" | "gte" | "lt" | "lte" | "eq";
  count: number;
}

/**
 * Throws BrokenRule for what is no condition and for names that no search has, UnsupportedRule for aggregations other than count.
 * Source: https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-rules-specification.md#condition
 */
export function parseCondition(
  text: string,
  names: readonly string[],
): { condition: Condition; aggregation: Aggregation | null } {
  const [logic = "", ...pipes] = text.split("|");
  if (pipes.length > 1) throw new UnsupportedRule("the condition has more than one aggregation");
  const tokens = logic.match(/[()]|[^\s()]+/g) ?? [];
  if (tokens.length > maxTokens) throw new BrokenRule("the condition is too long");
  return {
    condition: parseLogic(tokens, names, text),
    aggregation: pipes[0] === undefined ? null : parseAggregation(pipes[0].trim()),
  };
}

const maxTokens = 1_000;
const maxDepth = 50;

function parseLogic(tokens: readonly string[], names: readonly string[], text: string): Condition {
  let at = 0;
  let depth = 0;
  const shown = text.trim().slice(0, 120);
  const fail = (problem: string): never => {
    throw new BrokenRule(`the condition "${shown}" ${problem}`);
  };
  const isNext = (word: string, offset = 0) => tokens[at + offset]?.toLowerCase() === word;

  function joined(kind: "or" | "and", operand: () => Condition): Condition {
    const of = [operand()];
    while (isNext(kind)) {
      at++;
      of.push(operand());
    }
    return of.length === 1 ? of[0]! : { kind, of };
  }
  const either = (): Condition => joined("or", both);
  const both = (): Condition => joined("and", negation);

  function negation(): Condition {
    if (++depth > maxDepth) fail("is nested too deep");
    let condition: Condition;
    if (isNext("not")) {
      at++;
      condition = { kind: "not", of: negation() };
    } else condition = operand();
    depth--;
    return condition;
  }

  function operand(): Condition {
    if (isNext("of", 1)) return ofMany();
    const token = tokens[at];
    if (token === undefined) return fail(tokens.length === 0 ? "is empty" : "ends too early");
    at++;
    if (token === "(") {
      const inner = either();
      if (tokens[at++] !== ")") fail("has an open bracket");
      return inner;
    }
    if (token === ")" || ["and", "or", "of"].includes(token.toLowerCase())) fail(`has "${token}" where a name is due`);
    if (!names.includes(token)) fail(`names "${token}", which the detection does not have`);
    return { kind: "search", name: token };
  }

  function ofMany(): Condition {
    const amount = tokens[at]!.toLowerCase();
    at += 2;
    const pattern = tokens[at++];
    if (pattern === undefined) return fail("ends too early");
    const of = named(pattern);
    if (of.length === 0) fail(`speaks of "${pattern}", and the detection has no such name`);
    if (amount === "all") return { kind: "and", of };
    if (amount === "any" || amount === "1") return { kind: "or", of };
    if (!/^[1-9]\d{0,3}$/.test(amount)) fail(`has "${amount} of", which is neither a number nor any nor all`);
    if (Number(amount) > of.length) fail(`asks for ${amount} of ${of.length}`);
    return { kind: "some", count: Number(amount), of };
  }

  function named(pattern: string): Condition[] {
    const isMeant =
      pattern.toLowerCase() === "them" ? (name: string) => !name.startsWith("_") : textTest(tokensOf(pattern), true);
    return names.filter(isMeant).map((name) => ({ kind: "search", name }));
  }

  const condition = either();
  if (at < tokens.length) fail(`goes on with "${tokens[at]}" where it should end`);
  return condition;
}

function parseAggregation(text: string): Aggregation {
  const match = /^count\s*\(\s*([^()\s]*)\s*\)(?:\s+by\s+([^\s<>=]+))?\s*(>=|<=|==|=|>|<)\s*(\d{1,9})$/i.exec(text);
  if (!match)
    throw new UnsupportedRule(
      `the aggregation "${text.slice(0, 80)}" is obsolete: only count() is translated; write a correlation`,
    );
  const operators = { ">": "gt", ">=": "gte", "<": "lt", "<=": "lte", "=": "eq", "==": "eq" } as const;
  return {
    field: match[1] || null,
    by: match[2] ?? null,
    operator: operators[match[3] as keyof typeof operators],
    count: Number(match[4]),
  };
}
