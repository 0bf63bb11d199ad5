import { useCallback, useState } from "react";
import { type TypedDocumentNode, useMutation } from "urql";
import { notify } from "../shared/notices.tsx";

export interface UserError {
  code: string;
  field: string[] | null;
  message: string;
}

type Payload = { userErrors: UserError[] };

/** What came of a mutation. `value` is the payload of its field. */
export type Outcome<Data> =
  | { ok: true; value: Data[keyof Data] }
  | { ok: false; errors: UserError[]; value: Data[keyof Data] | null };

export interface Action<Data, Variables> {
  run(variables: Variables): Promise<Outcome<Data>>;
  isRunning: boolean;
  /** Of the last run, for the fields that they are about. */
  errors: UserError[];
  clear(): void;
}

/**
 * A mutation with one field. Errors that the caller can correct are returned for their fields; without `atFields` they show as a notice, as
 * do those that the caller cannot correct.
 */
export function useAction<Data extends { [field: string]: unknown }, Variables extends object>(
  document: TypedDocumentNode<Data, Variables>,
  { atFields = false }: { atFields?: boolean } = {},
): Action<Data, Variables> {
  const [{ fetching }, execute] = useMutation(document);
  const [errors, setErrors] = useState<UserError[]>([]);
  const run = useCallback(
    async (variables: Variables): Promise<Outcome<Data>> => {
      const { data, error } = await execute(variables);
      const [value = null] = Object.values(data ?? {}) as (Data[keyof Data] & Payload)[];
      const found = error
        ? [
            {
              code: "ERROR",
              field: null,
              message: error.graphQLErrors[0]?.message ?? "The gateway did not answer. Try again.",
            },
          ]
        : (value?.userErrors ?? []);
      setErrors(found);
      if (found.length === 0) return { ok: true, value: value as Data[keyof Data] };
      if (!atFields || error) for (const { message } of found) notify("error", message);
      return { ok: false, errors: found, value };
    },
    [execute, atFields],
  );
  const clear = useCallback(() => setErrors([]), []);
  return { run, isRunning: fetching, errors, clear };
}

/** The errors about one argument: `input`, `settings`, `org`. Those about what is inside it count too. */
export function errorsAt(errors: readonly UserError[], ...path: string[]): string[] {
  return errors
    .filter(({ field }) => path.every((part, index) => field?.[index] === part))
    .map(({ message }) => message);
}

/** The errors that no field of the form shows. */
export function otherErrors(errors: readonly UserError[], ...paths: string[][]): string[] {
  const shown = new Set(paths.flatMap((path) => errorsAt(errors, ...path)));
  return errors.map(({ message }) => message).filter((message) => !shown.has(message));
}
