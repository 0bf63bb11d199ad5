import { appOf, ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { idOf, needObject, objectOf } from "#src/connector-kit/record.ts";
import { apps, call, enterpriseOf, readAll, scim } from "./api.ts";

export const suspendUser = settingActive(false);
export const unsuspendUser = settingActive(true);
export const banApp = settingBanned(true);
export const unbanApp = settingBanned(false);

/** Source: https://docs.slack.dev/reference/methods/admin.users.session.reset */
export const requireSignInAgain: ActionFunction = async (context, target) => {
  await call(context, "admin.users.session.reset", { user_id: userOf(target).externalId });
  return { changed: true };
};

/** Source: https://docs.slack.dev/reference/methods/admin.apps.uninstall */
export const revokeApp: ActionFunction = async (context, target) => {
  await call(context, "admin.apps.uninstall", appArguments(context, target));
  return { changed: true };
};

/** Source: https://docs.slack.dev/reference/scim-api/#patch-users */
function settingActive(active: boolean): ActionFunction {
  return (context, target) => {
    const url = `${scim}/Users/${encodeURIComponent(userOf(target).externalId)}`;
    return ensure({
      target,
      read: async () => ({ active: needObject((await context.http.get(url)).body, "$").active === true }),
      wanted: { active },
      write: () =>
        context.http.request({
          method: "PATCH",
          url,
          json: {
            schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            Operations: [{ op: "replace", path: "active", value: active }],
          },
          retry: true,
        }),
    });
  };
}

/** Source: https://docs.slack.dev/reference/methods/admin.apps.restrict and admin.apps.approve */
function settingBanned(banned: boolean): ActionFunction {
  return (context, target) =>
    ensure({
      target,
      read: async () => ({ banned: await isBanned(context, target) }),
      wanted: { banned },
      write: () => call(context, banned ? "admin.apps.restrict" : "admin.apps.approve", appArguments(context, target)),
    });
}

async function isBanned(context: Context, target: ActionTarget): Promise<boolean> {
  const { externalId } = appOf(target);
  const restricted = await readAll(context, ...apps(context, "restricted"));
  return restricted.some(({ app }) => idOf(objectOf(app).id) === externalId);
}

const appArguments = (context: Context, target: ActionTarget) => ({
  app_id: appOf(target).externalId,
  enterprise_id: enterpriseOf(context),
});
