import { appOf, deleteIfThere, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { isObject, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { directory, userPages, userPath } from "./api.ts";
import { tokensOf } from "./streams/oauth-apps.ts";

/** How far revoking for everybody has come: it goes on in several runs, since each person takes a call. */
interface Progress {
  page: string | null;
  /** How many had let the app in. */
  users: number;
}

/**
 * Takes the app's access from everybody, a page of people at each run. It can be let in again: Google has no API that blocks an app.
 * Source: https://developers.google.com/workspace/admin/directory/reference/rest/v1/tokens/delete
 */
export const revokeApp: ActionFunction = async (context, target) => {
  const appId = appOf(target).externalId;
  const { page, users: earlier } = progressOf(target.pending);
  const query = { customer: "my_customer", maxResults: 100, projection: "basic" };
  const { records, next } = await userPages(context, { url: `${directory}/users`, query }, page);
  let users = earlier;
  for (const [index, user] of records.entries()) {
    const id = needText(needObject(user, `users[${index}]`).id, `users[${index}].id`);
    if (await revoke(context, id, appId)) users += 1;
  }
  if (next === null) return { changed: users > 0, before: { users } };
  const reference = JSON.stringify({ page: next, users });
  return { changed: true, pending: { reference, checkAt: new Date(context.now().getTime() + 1000) } };
};

export const revokeAppForUser: ActionFunction = async (context, target) => {
  const [appId, userId] = [appOf(target).externalId, userOf(target).externalId];
  return { changed: await revoke(context, userId, appId) };
};

/** Whether the person had let the app in. */
async function revoke(context: Context, userId: string, appId: string): Promise<boolean> {
  const tokens = await tokensOf(context, userId);
  if (!tokens.some(({ clientId }) => clientId === appId)) return false;
  return await deleteIfThere(context, `${userPath(userId)}/tokens/${encodeURIComponent(appId)}`);
}

function progressOf(pending: string | undefined): Progress {
  const stored: unknown = pending === undefined ? null : JSON.parse(pending);
  if (!isObject(stored)) return { page: null, users: 0 };
  return { page: textOf(stored.page), users: Number(stored.users) || 0 };
}
