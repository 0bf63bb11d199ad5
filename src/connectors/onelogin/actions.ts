import { ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { idOf, type Json, needObject } from "#src/connector-kit/record.ts";
import { ConflictError } from "#src/errors.ts";

const active = 1;
const suspended = 2;
const passwordToReset = 5;
/** Who has one of these can sign in, or could once the password or the questions are dealt with. */
const usable = [active, 3, 4, passwordToReset, 8];

/** Source: https://developers.onelogin.com/api-docs/2/users/update-user */
export const suspendUser: ActionFunction = (context, target) =>
  ensure({
    target,
    read: () => readStatus(context, target),
    wanted: { status: suspended },
    write: ({ status }) => {
      if (!usable.includes(status))
        throw new ConflictError("This account was never activated: there is nothing to suspend.");
      return setStatus(context, target, suspended);
    },
  });

export const unsuspendUser: ActionFunction = (context, target) =>
  ensure({
    target,
    read: () => readStatus(context, target),
    wanted: ({ status }) => status !== suspended,
    write: () => setStatus(context, target, active),
  });

/** Source: https://developers.onelogin.com/api-docs/1/users/log-user-out */
export const requireSignInAgain: ActionFunction = async ({ http }, target) => {
  const { externalId } = userOf(target);
  await http.request({ method: "PUT", url: `/api/1/users/${encodeURIComponent(externalId)}/logout`, retry: true });
  return { changed: true };
};

export const resetPassword: ActionFunction = (context, target) =>
  ensure({
    read: () => readStatus(context, target),
    wanted: { status: passwordToReset },
    write: ({ status, isOfDirectory }) => {
      if (isOfDirectory)
        throw new ConflictError("The password of this account is kept in a directory: reset it there.");
      if (status !== active) throw new ConflictError("Only an active account can be made to choose a new password.");
      return setStatus(context, target, passwordToReset);
    },
  });

async function readStatus(
  { http }: Context,
  target: ActionTarget,
): Promise<{ status: number; isOfDirectory: boolean }> {
  const user: Json = needObject((await http.get(pathOf(target))).body, "$");
  return { status: Number(user.status), isOfDirectory: idOf(user.directory_id) !== null };
}

function setStatus({ http }: Context, target: ActionTarget, status: number) {
  return http.request({ method: "PUT", url: pathOf(target), json: { status }, retry: true });
}

const pathOf = (target: ActionTarget): string => `/api/2/users/${encodeURIComponent(userOf(target).externalId)}`;
