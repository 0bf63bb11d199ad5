/** Keys that the merge keys of one document may copy; a few anchors merged into each other could make millions. */
const maxCopied = 10_000;

/**
 * Resolves YAML 1.1's merge keys (`<<: *base`, or a list of maps) in a document's value, in place: its own keys come first, then those of
 * earlier maps of a list. Rules are written for pySigma, whose loader reads YAML 1.1; the parser here reads 1.2, where `<<` is a key like
 * any other. Returns what is wrong with them, or null.
 * Source: https://yaml.org/type/merge.html
 */
export function resolveMergeKeys(root: object): string | null {
  const visited = new Set<object>();
  let copied = 0;

  function resolve(value: unknown): string | null {
    if (typeof value !== "object" || value === null || visited.has(value)) return null;
    visited.add(value);
    for (const part of Object.values(value)) {
      const problem = resolve(part);
      if (problem) return problem;
    }
    return Array.isArray(value) || !Object.hasOwn(value, "<<") ? null : merge(value as Record<string, unknown>);
  }

  function merge(map: Record<string, unknown>): string | null {
    const given = map["<<"];
    const sources = Array.isArray(given) ? given : [given];
    if (!sources.every(isMap)) return "the merge key `<<` takes a map or a list of maps";
    delete map["<<"];
    for (const [key, value] of sources.flatMap((source) => Object.entries(source))) {
      copied += 1;
      if (copied > maxCopied) return `its merge keys copy more than ${maxCopied} keys`;
      // Defined, not assigned: `__proto__` is a key like any other.
      if (!Object.hasOwn(map, key))
        Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return null;
  }

  return resolve(root);
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
