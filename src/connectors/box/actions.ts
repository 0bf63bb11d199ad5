import { ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError } from "#src/errors.ts";

/** Actions on accounts. Source: https://developer.box.com/reference/put-users-id/ */

export const suspendUser: ActionFunction = (context, target) =>
  ensure({
    target,
    read: () => readUser(context, target, "status"),
    wanted: { status: "inactive" },
    write: () => writeUser(context, target, { status: "inactive" }),
  });

/** As its reversal: to the status of before, which may be one with fewer rights. */
export const unsuspendUser: ActionFunction = (context, target) => {
  const before = textOf(objectOf(target.parameters.before).status);
  const status = before && before !== "inactive" ? before : "active";
  return ensure({
    target,
    read: () => readUser(context, target, "status"),
    wanted: (user) => user.status !== "inactive",
    write: () => writeUser(context, target, { status }),
  });
};

/** Box does not show sessions, so nobody knows whether there were any. https://developer.box.com/reference/post-users-terminate-sessions/ */
export const requireSignInAgain: ActionFunction = async ({ http }, target) => {
  const { externalId, login } = userOf(target);
  const json = { user_ids: [externalId], user_logins: login ? [login] : [] };
  await http.post("/2.0/users/terminate_sessions", { json, retry: true });
  return { changed: true };
};

/** Box does not show whether a new password is due already. */
export const resetPassword: ActionFunction = async (context, target) => {
  await writeUser(context, target, { is_password_reset_required: true });
  return { changed: true };
};

export const revokeAdminPrivileges: ActionFunction = (context, target) =>
  ensure({
    read: () => readUser(context, target, "role"),
    wanted: { role: "user" },
    write: ({ role }) => {
      if (role === "admin")
        throw new ConflictError("This is the main administrator of the enterprise: Box Support names another one.");
      return writeUser(context, target, { role: "user" });
    },
  });

async function readUser({ http }: Context, target: ActionTarget, field: "status" | "role") {
  const { body } = await http.get(pathOf(target), { query: { fields: `id,${field}` } });
  return { [field]: textOf(needObject(body, "user")[field]) };
}

function writeUser({ http }: Context, target: ActionTarget, json: Record<string, unknown>): Promise<unknown> {
  return http.request({ method: "PUT", url: pathOf(target), json, retry: true });
}

function pathOf(target: ActionTarget): string {
  return `/2.0/users/${encodeURIComponent(userOf(target).externalId)}`;
}
