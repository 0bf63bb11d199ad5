interface Mask {
  [name: string]: Mask | true;
}

/** What of an answer the caller asked for: `nextPageToken,files(id,owners(emailAddress))`. https://developers.google.com/workspace/drive/api/guides/fields-parameter */
export function chosen(value: unknown, fields: string): unknown {
  return apply(value, parse(fields));
}

function parse(fields: string): Mask {
  const tokens = fields.match(/[^,()]+|[(),]/g) ?? [];
  let at = 0;
  const list = (): Mask => {
    const mask: Mask = {};
    for (; at < tokens.length; at++) {
      const token = tokens[at] as string;
      if (token === ")") return mask;
      if (token === ",") continue;
      const [name = "", ...below] = token.trim().split("/");
      if (tokens[at + 1] === "(") {
        at += 2;
        mask[name] = list();
      } else mask[name] = below.length === 0 ? true : parse(below.join("/"));
    }
    return mask;
  };
  return list();
}

function apply(value: unknown, mask: Mask): unknown {
  if (Array.isArray(value)) return value.map((one) => apply(one, mask));
  if (typeof value !== "object" || value === null || mask["*"]) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const wanted = mask[name];
      if (wanted === undefined) return [];
      return [[name, wanted === true ? inner : apply(inner, wanted)]];
    }),
  );
}
