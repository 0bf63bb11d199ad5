import {
  ConflictError,
  ForbiddenError,
  type GatehouseError,
  InvalidInputError,
  InvalidInputsError,
  NotFoundError,
  ProviderError,
} from "#src/errors.ts";
import { builder } from "./builder.ts";

export interface UserErrorShape {
  code: string;
  message: string;
  field: string[] | null;
}

export const UserError = builder.objectRef<UserErrorShape>("UserError").implement({
  description: "An error that the caller can correct.",
  fields: (t) => ({
    code: t.exposeString("code", {
      description: "Stable code of the error: BAD_USER_INPUT, CONFLICT, NOT_FOUND, PROVIDER_AUTH, ...",
    }),
    message: t.exposeString("message", { description: "Explanation of the error in a sentence." }),
    field: t.exposeStringList("field", {
      nullable: true,
      description: "Path of the argument that caused the error. Null if no argument did.",
    }),
  }),
});

/** A payload with `userErrors`: the fields of `data` are null when there are errors. */
export type Payload<T> = { data: T | null; userErrors: UserErrorShape[] };

/** Runs a change; what the caller can fix becomes userErrors, permission failures and bugs stay GraphQL errors. */
export async function payload<T>(change: () => Promise<T>): Promise<Payload<T>> {
  try {
    return { data: await change(), userErrors: [] };
  } catch (error) {
    return { data: null, userErrors: userErrorsOf(error) };
  }
}

function userErrorsOf(error: unknown): UserErrorShape[] {
  if (error instanceof InvalidInputsError) return error.problems.flatMap(userErrorsOf);
  if (error instanceof InvalidInputError || error instanceof ConflictError || error instanceof NotFoundError) {
    return [{ code: error.code, message: error.message, field: error.field ?? null }];
  }
  if (error instanceof ProviderError && !(error instanceof ForbiddenError))
    return [{ code: (error as GatehouseError).code, message: error.message, field: null }];
  throw error;
}
