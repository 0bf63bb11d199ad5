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
  description: "Something the caller can fix.",
  fields: (t) => ({
    code: t.exposeString("code", {
      description: "Stable code: BAD_USER_INPUT, CONFLICT, NOT_FOUND, PROVIDER_AUTH, ...",
    }),
    message: t.exposeString("message", { description: "What is wrong, in a sentence." }),
    field: t.exposeStringList("field", {
      nullable: true,
      description: "Path of the argument; null when it is not about one.",
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
