import { ProviderResponseError } from "#src/errors.ts";
import { linesOf, type TextLimits } from "./text-lines.ts";

/**
 * The values of a file with one JSON text on each line, read as they arrive; empty lines are skipped. `path` names the line in errors of the
 * mapping: `line 3`. Throws ProviderResponseError for a line that is no JSON or too long.
 * Source: https://github.com/ndjson/ndjson-spec
 */
export async function* readNdjson(
  pieces: AsyncIterable<Uint8Array>,
  limits: TextLimits = {},
): AsyncGenerator<{ value: unknown; path: string }, void, void> {
  for await (const { line, text } of linesOf(pieces, limits)) {
    if (text.trim() === "") continue;
    yield { value: parse(text, line), path: `line ${line}` };
  }
}

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No cause: JSON.parse quotes the text in its message.
    throw new ProviderResponseError(`Line ${line} is not JSON.`, `line ${line}`);
  }
}
