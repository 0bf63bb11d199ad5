/** Expressions of SCIM (RFC 7644, 3.4.2.2) and of providers that extend them: `status eq "ACTIVE" and (lastUpdated gt "2026-01-01T00:00:00.000Z" or profile.login sw "a")`. */
export type Test = (value: (path: string) => unknown) => boolean;

/** The test an expression stands for; undefined when it cannot be read. */
export function parseFilter(text: string): Test | undefined {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+/g) ?? [];
  let position = 0;
  const word = (): string | undefined => tokens[position]?.toLowerCase();

  function either(): Test | undefined {
    return chain("or", () => chain("and", one));
  }

  function chain(operator: "and" | "or", next: () => Test | undefined): Test | undefined {
    const tests: Test[] = [];
    do {
      const test = next();
      if (!test) return undefined;
      tests.push(test);
    } while (word() === operator && ++position);
    return operator === "and"
      ? (value) => tests.every((test) => test(value))
      : (value) => tests.some((test) => test(value));
  }

  function one(): Test | undefined {
    if (word() === "(") {
      position += 1;
      const inner = either();
      return tokens[position++] === ")" ? inner : undefined;
    }
    if (word() === "not") {
      position += 1;
      const inner = one();
      return inner && ((value) => !inner(value));
    }
    const path = tokens[position++];
    const operator = tokens[position++]?.toLowerCase();
    if (!path || !operator) return undefined;
    if (operator === "pr") return (value) => value(path) !== undefined && value(path) !== null;
    const compare = comparisons[operator];
    const literal = tokens[position++];
    if (!compare || literal === undefined) return undefined;
    const wanted = literal.startsWith('"') ? (JSON.parse(literal) as string) : literal;
    return (value) =>
      [value(path)].flat().some((actual) => actual !== undefined && actual !== null && compare(String(actual), wanted));
  }

  const test = either();
  return position === tokens.length ? test : undefined;
}

const comparisons: Record<string, (actual: string, wanted: string) => boolean> = {
  eq: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  ne: (actual, wanted) => actual.toLowerCase() !== wanted.toLowerCase(),
  sw: (actual, wanted) => actual.toLowerCase().startsWith(wanted.toLowerCase()),
  ew: (actual, wanted) => actual.toLowerCase().endsWith(wanted.toLowerCase()),
  co: (actual, wanted) => actual.toLowerCase().includes(wanted.toLowerCase()),
  // Times are compared as text: they all have one form.
  gt: (actual, wanted) => actual > wanted,
  ge: (actual, wanted) => actual >= wanted,
  lt: (actual, wanted) => actual < wanted,
  le: (actual, wanted) => actual <= wanted,
};

/** Reads `a.b.c` of a record; of an array, of each of its members. */
export function valueAt(record: unknown, path: string): unknown {
  let value = record;
  for (const key of path.split(".")) {
    if (Array.isArray(value)) value = value.map((one) => (one as Record<string, unknown> | null)?.[key]);
    else value = (value as Record<string, unknown> | null | undefined)?.[key];
  }
  return value;
}
