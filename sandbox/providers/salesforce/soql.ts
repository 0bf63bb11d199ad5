/** As much of SOQL as callers use: fields through parents, comparisons, IN, AND, OR, brackets, one order, a limit. */

export type Row = Record<string, unknown>;

export interface Query {
  fields: string[];
  object: string;
  matches(row: Row): boolean;
  order: { field: string; down: boolean }[];
  limit: number | undefined;
}

export class MalformedQuery extends Error {}

export function parseQuery(text: string): Query {
  const [, fields = "", object = "", where, order, limit] =
    /^SELECT (.+?) FROM (\w+)(?: WHERE (.+?))?(?: ORDER BY ((?:[\w.]+(?: ASC| DESC)?(?:, )?)+))?(?: LIMIT (\d+))?$/.exec(
      text.trim(),
    ) ?? [];
  if (!object) throw new MalformedQuery(`unexpected token: ${text.slice(0, 60)}`);
  return {
    fields: fields.split(/\s*,\s*/),
    object,
    matches: where === undefined ? () => true : new Condition(where).parse(),
    order: (order ?? "")
      .split(", ")
      .filter(Boolean)
      .map((one) => ({ field: one.split(" ")[0] ?? "", down: / DESC$/.test(one) })),
    limit: limit === undefined ? undefined : Number(limit),
  };
}

/** Undefined: the record has no such field; null: it is empty, or its parent is. */
export function fieldAt(row: Row, path: string): unknown {
  let value: unknown = row;
  for (const name of path.split(".")) {
    if (value === null) return null;
    value = (value as Row)[name];
    if (value === undefined) return undefined;
  }
  return value;
}

type Test = (row: Row) => boolean;
type Literal = string | number | boolean | null | { at: number };

class Condition {
  readonly #tokens: string[];
  #place = 0;

  constructor(text: string) {
    this.#tokens = text.match(/'(?:\\.|[^'\\])*'|[(),]|[<>!]?=|[<>]|[^\s(),<>=!']+/g) ?? [];
  }

  parse(): Test {
    const test = this.#any();
    if (this.#place < this.#tokens.length) throw new MalformedQuery(`unexpected token: ${this.#tokens[this.#place]}`);
    return test;
  }

  #next(): string {
    const token = this.#tokens[this.#place++];
    if (token === undefined) throw new MalformedQuery("unexpected end of query");
    return token;
  }

  #takes(word: string): boolean {
    if (this.#tokens[this.#place] !== word) return false;
    this.#place += 1;
    return true;
  }

  #any(): Test {
    const tests = [this.#all()];
    while (this.#takes("OR")) tests.push(this.#all());
    return (row) => tests.some((test) => test(row));
  }

  #all(): Test {
    const tests = [this.#one()];
    while (this.#takes("AND")) tests.push(this.#one());
    return (row) => tests.every((test) => test(row));
  }

  #one(): Test {
    if (this.#takes("(")) {
      const test = this.#any();
      if (!this.#takes(")")) throw new MalformedQuery("expecting a right parentheses");
      return test;
    }
    const field = this.#next();
    const negated = this.#takes("NOT");
    const operator = this.#next();
    if (operator === "IN") {
      const wanted = new Set(this.#list());
      return (row) => wanted.has(fieldAt(row, field) as string) !== negated;
    }
    return compared(field, operator, literalOf(this.#next()));
  }

  #list(): Literal[] {
    if (!this.#takes("(")) throw new MalformedQuery("expecting a left parentheses");
    const values: Literal[] = [];
    do values.push(literalOf(this.#next()));
    while (this.#takes(","));
    if (!this.#takes(")")) throw new MalformedQuery("expecting a right parentheses");
    return values;
  }
}

function literalOf(token: string): Literal {
  if (token.startsWith("'")) return token.slice(1, -1).replace(/\\(.)/g, (_, one) => (one === "n" ? "\n" : one));
  if (token === "null") return null;
  if (token === "true" || token === "false") return token === "true";
  if (/^\d{4}-\d\d-\d\dT/.test(token)) return { at: Date.parse(token) };
  const number = Number(token);
  if (Number.isNaN(number)) throw new MalformedQuery(`unexpected token: ${token}`);
  return number;
}

function compared(field: string, operator: string, wanted: Literal): Test {
  const isInstant = typeof wanted === "object" && wanted !== null;
  const right = isInstant ? wanted.at : wanted;
  return (row) => {
    const found = fieldAt(row, field);
    if (found === undefined) throw new MalformedQuery(`No such column '${field}'`);
    const left = (isInstant && typeof found === "string" ? Date.parse(found) : found) as number;
    if (operator === "=") return left === right;
    if (operator === "!=") return left !== right;
    if (found === null) return false;
    if (operator === "<") return left < (right as number);
    if (operator === "<=") return left <= (right as number);
    if (operator === ">") return left > (right as number);
    if (operator === ">=") return left >= (right as number);
    throw new MalformedQuery(`unexpected token: ${operator}`);
  };
}
