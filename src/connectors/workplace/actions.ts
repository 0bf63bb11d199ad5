import type { ActionFunction, ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { objectOf } from "#src/connector-kit/record.ts";
import { InvalidInputError, ProviderResponseError } from "#src/errors.ts";

export const suspendUser: ActionFunction = (context, target) => setActive(context, target, false);

export const unsuspendUser: ActionFunction = (context, target) => setActive(context, target, true);

/** Signs out of all devices. Doing it twice does no harm: an account that is signed out stays so. */
export const requireSignInAgain: ActionFunction = async ({ http }, target) => {
  await http.post(`/${idOf(target)}/logout`, { retry: true });
  return { changed: true };
};

async function setActive({ http }: Context, target: ActionTarget, active: boolean): Promise<ActionResult> {
  const id = idOf(target);
  const { body } = await http.get<unknown>(`https://scim.workplace.com/Users/${id}`);
  const before = { active: objectOf(body).active };
  if (typeof before.active !== "boolean")
    throw new ProviderResponseError("Expected true or false at active.", "active");
  if (before.active === active) return { changed: false, before };
  await http.post(`/${id}`, { query: { active }, retry: true });
  return { changed: true, before };
}

function idOf({ user }: ActionTarget): string {
  if (!user) throw new InvalidInputError("This action needs a user.", ["input", "userId"]);
  return encodeURIComponent(user.externalId);
}
