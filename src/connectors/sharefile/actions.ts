import { ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction } from "#src/connector-kit/contract/actions.ts";
import { needObject } from "#src/connector-kit/record.ts";
import { readUser } from "./api.ts";
import { isClient } from "./map-users.ts";

export const suspendUser = settingDisabled(true);
export const unsuspendUser = settingDisabled(false);

/** Employees and clients are changed at different places. Source: https://github.com/citrix/ShareFile-NET */
function settingDisabled(disabled: boolean): ActionFunction {
  return (context, target) => {
    const id = encodeURIComponent(userOf(target).externalId);
    return ensure({
      target,
      read: async () => {
        const user = await readUser(context, userOf(target).externalId);
        return { disabled: needObject(user.Security, "Security").IsDisabled === true, isClient: isClient(user) };
      },
      wanted: { disabled },
      write: ({ isClient: ofClient }) =>
        context.http.request({
          ...{ method: "PATCH", json: { Security: { IsDisabled: disabled } }, retry: true },
          url: ofClient ? `/Users(${id})` : `/Users/AccountUser(${id})`,
        }),
    });
  };
}
