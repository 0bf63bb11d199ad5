import { appOf, deleteIfThere, ensure, grantOf, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { idOf, type Json, needId, needObject, textOf } from "#src/connector-kit/record.ts";
import { readAll, tokens } from "./api.ts";

export const suspendUser = settingSuspended(true);
export const unsuspendUser = settingSuspended(false);

/** Source: https://developer.zendesk.com/api-reference/ticketing/account-configuration/sessions/#bulk-delete-sessions */
export const requireSignInAgain: ActionFunction = async (context, target) => {
  await context.http.request({ method: "DELETE", url: `${pathOf(target)}/sessions`, retry: true });
  return { changed: true };
};

/** Source: https://developer.zendesk.com/api-reference/ticketing/users/users/#update-user */
export const revokeAdminPrivileges: ActionFunction = (context, target) =>
  ensure({
    target,
    read: async () => ({ role: textOf((await readUser(context, target)).role) }),
    wanted: ({ role }) => role !== "admin",
    write: () => update(context, target, { role: "agent" }),
  });

/** Source: https://developer.zendesk.com/api-reference/ticketing/oauth/oauth_tokens/#revoke-token */
export const revokeApp: ActionFunction = async (context, target) => {
  const { externalId } = appOf(target);
  // Clients of the account and those of others are asked for by different parameters: all are listed.
  const found = await readAll(context, tokens({ all: "true" }));
  let changed = false;
  for (const token of found.filter(({ client_id }) => idOf(client_id) === externalId))
    changed = (await revoke(context, needId(token.id, "tokens.id"))) || changed;
  return { changed };
};

export const revokeAppForUser: ActionFunction = async (context, target) => {
  let changed = false;
  for (const id of grantOf(target).reference.split(",")) changed = (await revoke(context, id)) || changed;
  return { changed };
};

const revoke = (context: Context, id: string): Promise<boolean> =>
  deleteIfThere(context, `/api/v2/oauth/tokens/${encodeURIComponent(id)}`);

function settingSuspended(suspended: boolean): ActionFunction {
  return (context, target) =>
    ensure({
      target,
      read: async () => ({ suspended: (await readUser(context, target)).suspended === true }),
      wanted: { suspended },
      write: () => update(context, target, { suspended }),
    });
}

async function readUser({ http }: Context, target: ActionTarget): Promise<Json> {
  return needObject(needObject((await http.get(pathOf(target))).body, "$").user, "user");
}

function update({ http }: Context, target: ActionTarget, user: Json) {
  return http.request({ method: "PUT", url: pathOf(target), json: { user }, retry: true });
}

const pathOf = (target: ActionTarget): string => `/api/v2/users/${encodeURIComponent(userOf(target).externalId)}`;
