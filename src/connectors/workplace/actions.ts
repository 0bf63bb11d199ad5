import { ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import { objectOf } from "#src/connector-kit/record.ts";
import { ProviderResponseError } from "#src/errors.ts";
import { scim } from "./api.ts";

export const suspendUser: ActionFunction = setActive(false);

export const unsuspendUser: ActionFunction = setActive(true);

/** Signs out of all devices. Doing it twice does no harm: an account that is signed out stays so. */
export const requireSignInAgain: ActionFunction = async ({ http }, target) => {
  await http.post(`/${idOf(target)}/logout`, { retry: true });
  return { changed: true };
};

function setActive(wanted: boolean): ActionFunction {
  return async ({ http }, target) =>
    await ensure({
      target,
      read: async () => {
        const { active } = objectOf((await http.get(`${scim}/${idOf(target)}`)).body);
        if (typeof active !== "boolean") throw new ProviderResponseError("Expected true or false at active.", "active");
        return { active };
      },
      wanted: { active: wanted },
      write: () => http.post(`/${idOf(target)}`, { query: { active: wanted }, retry: true }),
    });
}

const idOf = (target: ActionTarget): string => encodeURIComponent(userOf(target).externalId);
