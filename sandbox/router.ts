/** A path with named parts: `/orgs/:org/members/:login`. A part may end in a verb: `/groups/:group:close`. */
export interface Route<Run> {
  method: string;
  pattern: string;
  segments: string[];
  run: Run;
}

export function route<Run>(method: string, pattern: string, run: Run): Route<Run> {
  return { method, pattern, segments: pattern.split("/"), run };
}

export interface Match<Run> {
  route: Route<Run>;
  /** Decoded values of the named parts. */
  parameters: Record<string, string>;
}

/** The routes of a path are tried in order; list `/teams/new` before `/teams/:id`. */
export function match<Run>(routes: readonly Route<Run>[], method: string, path: string): Match<Run> | undefined {
  const segments = path.split("/");
  for (const candidate of routes) {
    if (candidate.method !== method || candidate.segments.length !== segments.length) continue;
    const parameters = matchSegments(candidate.segments, segments);
    if (parameters) return { route: candidate, parameters };
  }
  return undefined;
}

function matchSegments(pattern: string[], segments: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [position, expected] of pattern.entries()) {
    const actual = segments[position] as string;
    if (expected.startsWith(":")) {
      const [name = "", verb] = expected.slice(1).split(":");
      const value = verb === undefined ? actual : actual.endsWith(`:${verb}`) ? actual.slice(0, -verb.length - 1) : "";
      if (value === "") return undefined;
      parameters[name] = decode(value);
    } else if (expected !== actual) return undefined;
  }
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
