import { ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { idOf, type Json, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError, ProviderNotFoundError } from "#src/errors.ts";
import { listing, people } from "./api.ts";

/** Source: https://developers.smartsheet.com/api/smartsheet/openapi/users/deactivate-user */
export const suspendUser = settingStatus("DEACTIVATED", "deactivate", "ACTIVE");

export const unsuspendUser = settingStatus("ACTIVE", "reactivate", "DEACTIVATED");

/** The seat has to be sent with the roles. Source: https://developers.smartsheet.com/api/smartsheet/openapi/users/update-user */
export const revokeAdminPrivileges: ActionFunction = (context, target) =>
  ensure({
    target,
    read: async () => {
      const user = await readUser(context, target);
      return {
        admin: user.admin === true,
        groupAdmin: user.groupAdmin === true,
        licensedSheetCreator: user.licensedSheetCreator === true,
      };
    },
    wanted: { admin: false, groupAdmin: false },
    write: ({ licensedSheetCreator }) =>
      context.http.request({
        ...{ method: "PUT", url: pathOf(target), retry: true },
        json: { admin: false, groupAdmin: false, licensedSheetCreator },
      }),
  });

function settingStatus(wanted: string, call: string, from: string): ActionFunction {
  return (context, target) =>
    ensure({
      target,
      read: async () => ({ status: textOf((await readUser(context, target)).status) }),
      wanted: { status: wanted },
      write: ({ status }) => {
        if (status !== from)
          throw new ConflictError(`Smartsheet can ${call} this account only when it is ${from}; it is ${status}.`);
        return context.http.post(`${pathOf(target)}/${call}`, { retry: true });
      },
    });
}

/** The listing has the status, which the record of one account lacks. It is asked for the address where one is known. */
async function readUser(context: Context, target: ActionTarget): Promise<Json> {
  const { externalId, email } = userOf(target);
  const asked = email === null ? people : listing("/users", { email });
  for await (const { records } of walkPages(context, asked)) {
    const user = records.map(objectOf).find(({ id }) => idOf(id) === externalId);
    if (user) return user;
  }
  throw new ProviderNotFoundError("This account is no longer in the plan, or has another address now.");
}

const pathOf = (target: ActionTarget): string => `/users/${encodeURIComponent(userOf(target).externalId)}`;
