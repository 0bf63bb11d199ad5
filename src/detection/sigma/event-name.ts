import { logSources } from "#src/connectors/index.ts";
import type { EvaluatedActivity } from "#src/detection/rules/evaluated.ts";
import { type FieldReader, fieldReader, textsOf } from "./fields.ts";

/** Name of what happened, from the fields of an event, in small letters: a dimension of the index over rules. Null for apps whose event type is that name. */
export function eventNameOf(activity: EvaluatedActivity): string | null {
  const reader = readers().get(activity.connectorSlug);
  if (!reader) return null;
  return reader(activity).flatMap(textsOf)[0]?.toLowerCase() ?? null;
}

let known: ReadonlyMap<string, FieldReader> | null = null;

function readers(): ReadonlyMap<string, FieldReader> {
  known ??= new Map(
    logSources.flatMap(({ connectorSlug, sources }) => {
      const field = sources.find(({ eventNameField }) => eventNameField !== undefined)?.eventNameField;
      return field === undefined ? [] : [[connectorSlug, fieldReader(field, { product: "", services: [] })] as const];
    }),
  );
  return known;
}
