/** A value in a query: a list stands in brackets, as `IN` wants it. */
export type Value = string | number | boolean | Date | readonly string[];

/** A part of a query that is written in our code: names of fields and objects. */
class Fragment {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Names of fields, parted by commas; never anything that came from outside. */
export function fields(names: readonly string[]): Fragment {
  return new Fragment(names.join(", "));
}

export function fragment(text: string): Fragment {
  return new Fragment(text);
}

/** A query whose values are escaped, whatever they hold. Source: https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/ */
export function soql(texts: TemplateStringsArray, ...values: readonly (Value | Fragment)[]): string {
  return texts
    .map((text, index) => text + (index < values.length ? written(values[index] as Value | Fragment) : ""))
    .join("")
    .replace(/\s*\n\s*/g, " ")
    .trim();
}

function written(value: Value | Fragment): string {
  if (value instanceof Fragment) return value.text;
  if (typeof value === "string") return quoted(value);
  if (value instanceof Date) return value.toISOString();
  // An empty list in brackets is no SOQL; an id that nothing has finds nothing.
  if (typeof value === "object")
    return `(${(value.length === 0 ? ["000000000000000"] : value).map(quoted).join(", ")})`;
  return String(value);
}

const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f" };

/** Source: https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm */
function quoted(text: string): string {
  return `'${text.replace(/['"\\]/g, "\\$&").replace(/[\n\r\t\b\f]/g, (one) => escapes[one] ?? one)}'`;
}
