/** Where a field is: a path in the event, or `gatehouse.<name>` for one of the mapped activity; with `as` what is read there is reworded. */
export type FieldSource = string | { path: string; as: (text: string) => string | null };

/**
 * One of an app's logs under the name that Sigma rules give it, and where its fields are in the events the app sends.
 * Names: https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-appendix-taxonomy.md
 */
export interface LogSource {
  product: string;
  /** Null: of rules that name no service. */
  services: readonly (string | null)[];
  /** By field in small letters. What is not listed is found under its own name. */
  fields?: Readonly<Record<string, readonly FieldSource[]>>;
  /** Rules put this before fields; events have it not. */
  rulePrefixes?: readonly string[];
  /** Unlisted fields may also be under one of these. */
  eventPrefixes?: readonly string[];
  /** The field that is the activity's event type, to the letter: rules are found by it. */
  eventTypeField?: string;
  /** Where there is no such field: one at the top of the event, with one value, that names what happened. Rules are found by it, too. */
  eventNameField?: string;
  /** An event with one of these fields is of another log of the app. */
  notWith?: readonly string[];
}
