/** Encoded queries: https://servicenow.github.io/sdk/guides/encoded-query-guide */

/** Values as they are stored: texts. References by id; what is dot-walked under its whole name. */
export type Row = Record<string, string>;

export interface Query {
  matches(row: Row): boolean;
  /** In this order; ascending unless `down`. */
  order: { field: string; down: boolean }[];
}

const operators: readonly (readonly [text: string, test: (actual: string, wanted: string) => boolean])[] = [
  ["STARTSWITH", (actual, wanted) => actual.toLowerCase().startsWith(wanted.toLowerCase())],
  ["ISNOTEMPTY", (actual) => actual !== ""],
  ["ISEMPTY", (actual) => actual === ""],
  ["LIKE", (actual, wanted) => actual.toLowerCase().includes(wanted.toLowerCase())],
  ["IN", (actual, wanted) => wanted.split(",").includes(actual)],
  [">=", (actual, wanted) => actual >= wanted],
  ["<=", (actual, wanted) => actual !== "" && actual <= wanted],
  ["!=", (actual, wanted) => actual !== wanted],
  [">", (actual, wanted) => actual > wanted],
  ["<", (actual, wanted) => actual !== "" && actual < wanted],
  ["=", (actual, wanted) => actual === wanted],
];

/** A condition that cannot be read is left out, as ServiceNow does. `self` is the id of the account that asks. */
export function parseQuery(text: string, self: string): Query {
  // Doubled carets belong to values.
  const terms = text.replaceAll("^^", "\u0001").split("^").filter(Boolean);
  const groups: ((row: Row) => boolean)[][] = [];
  const order: Query["order"] = [];
  for (const term of terms) {
    const [, down, field] = /^ORDERBY(DESC)?(.+)$/.exec(term) ?? [];
    if (field) {
      order.push({ field, down: down !== undefined });
      continue;
    }
    const isAlternative = term.startsWith("OR");
    const condition = conditionOf(isAlternative ? term.slice(2) : term, self);
    if (!condition) continue;
    if (isAlternative) groups.at(-1)?.push(condition);
    else groups.push([condition]);
  }
  return { matches: (row) => groups.every((group) => group.some((condition) => condition(row))), order };
}

function conditionOf(term: string, self: string): ((row: Row) => boolean) | undefined {
  const [, field = "", rest = ""] = /^([a-z0-9_.]+)(.*)$/s.exec(term) ?? [];
  const [operator, test] = operators.find(([name]) => rest.startsWith(name)) ?? [];
  if (operator === undefined || !test) return undefined;
  const given = rest.slice(operator.length).replaceAll("\u0001", "^");
  const wanted = given === "javascript:gs.getUserID()" ? self : given;
  return (row) => test(row[field] ?? "", wanted);
}

export function sorted(rows: readonly Row[], order: Query["order"]): Row[] {
  return rows.toSorted((a, b) => {
    for (const { field, down } of order) {
      const [one = "", other = ""] = [a[field], b[field]];
      if (one !== other) return (one < other ? -1 : 1) * (down ? -1 : 1);
    }
    return 0;
  });
}
