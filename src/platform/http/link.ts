/** Link headers: https://www.rfc-editor.org/rfc/rfc8288#section-3 */

/** Target of the first `rel="next"` link, as written; null without one. */
export function nextTarget(header: string | null): string | null {
  if (!header) return null;
  let at = 0;
  while (at < header.length) {
    const open = header.indexOf("<", at);
    const close = open < 0 ? -1 : header.indexOf(">", open);
    if (close < 0) return null;
    const { parameters, end } = readParameters(header, close + 1);
    // A link with an anchor speaks of another page than the one read.
    if (!parameters.has("anchor") && parameters.get("rel")?.toLowerCase().split(/\s+/).includes("next")) {
      return header.slice(open + 1, close).trim();
    }
    at = end;
  }
  return null;
}

/** `; name=value; name="quoted, value"` up to the comma that ends the link. The first of a name counts. */
function readParameters(header: string, start: number): { parameters: Map<string, string>; end: number } {
  const parameters = new Map<string, string>();
  const pattern = /\s*;\s*([^\s=;,"]*)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?\s*/y;
  pattern.lastIndex = start;
  let end = start;
  for (let match = pattern.exec(header); match; match = pattern.exec(header)) {
    const name = match[1]!.toLowerCase();
    if (name && !parameters.has(name)) parameters.set(name, match[2]?.replace(/\\(.)/g, "$1") ?? match[3] ?? "");
    end = pattern.lastIndex;
  }
  const comma = header.indexOf(",", end);
  return { parameters, end: comma < 0 ? header.length : comma + 1 };
}
