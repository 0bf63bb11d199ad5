import { deleteIfThere, ensure, grantOf, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Json } from "#src/connector-kit/record.ts";
import { textOf } from "#src/connector-kit/record.ts";
import { ConflictError, ProviderNotFoundError } from "#src/errors.ts";
import { directoriesOf, orgPath, readAll, search, userPath } from "./api.ts";
import { rolesOf } from "./map-users.ts";

/** Source: https://developer.atlassian.com/cloud/admin/organization/rest/api-group-users/ */
export const suspendUser = settingStatus("suspended", "suspend", "active");
export const unsuspendUser = settingStatus("active", "restore", "suspended");

export const revokeAdminPrivileges: ActionFunction = (context, target) =>
  ensure({
    target,
    read: async () => ({ roles: rolesOf((await readUser(context, target)).user) }),
    wanted: ({ roles }) => !roles.includes(orgAdmin),
    write: () =>
      context.http.request({
        ...{ method: "POST", json: { role: orgAdmin }, retry: true },
        url: `${orgPath(context)}/users/${encodeURIComponent(userOf(target).externalId)}/role-assignments/revoke`,
      }),
  });

/** Source: https://developer.atlassian.com/cloud/admin/user-management/rest/api-group-api-tokens/ */
export const revokeToken: ActionFunction = async (context, target) => {
  const { userId, reference } = grantOf(target);
  const url = `/users/${encodeURIComponent(userId)}/manage/api-tokens/${encodeURIComponent(reference)}`;
  return { changed: await deleteIfThere(context, url) };
};

const orgAdmin = "atlassian/org-admin";

function settingStatus(wanted: string, call: string, from: string): ActionFunction {
  return (context, target) =>
    ensure({
      target,
      read: async () => {
        const { user, directoryId } = await readUser(context, target);
        return { status: textOf(user.status), directoryId };
      },
      wanted: { status: wanted },
      write: ({ status, directoryId }) => {
        if (status !== from)
          throw new ConflictError(`Atlassian can ${call} this account only when it is ${from}; it is ${status}.`);
        const url = `${userPath(context, directoryId, userOf(target).externalId)}/${call}`;
        return context.http.request({ method: "POST", url, retry: true });
      },
    });
}

/** An account is looked for in each directory. */
async function readUser(context: Context, target: ActionTarget): Promise<{ user: Json; directoryId: string }> {
  const { externalId } = userOf(target);
  const conditions = { accountIds: [externalId], expand: ["platformRoles"] };
  for (const directoryId of await directoriesOf(context)) {
    const found = await readAll(context, search(context, directoryId, "users", conditions));
    const user = found.find(({ accountId }) => accountId === externalId);
    if (user) return { user, directoryId };
  }
  throw new ProviderNotFoundError("This account is in no directory of the organization any more.");
}
