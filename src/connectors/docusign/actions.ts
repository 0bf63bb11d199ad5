import { ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { listOf, needId, needList, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError, ProviderNotFoundError, ProviderRequestError } from "#src/errors.ts";
import { organizationPath } from "./api.ts";

interface Membership {
  id: string;
  accountId: string;
}

interface Memberships extends Record<string, unknown> {
  open: Membership[];
  closed: Membership[];
}

/** Closes every open membership; as the revert of an opening, those alone that it opened. */
export const suspendUser: ActionFunction = (context, target) => {
  const toClose = ({ open }: Memberships) => open.filter(isOfRevert(target, "closed"));
  return ensure<Memberships>({
    target,
    read: async () => (await profileOf(context, target)).memberships,
    wanted: (state) => toClose(state).length === 0,
    write: async (state) => {
      const url = `${userPath(context, target)}/accounts`;
      const accounts = toClose(state).map(({ accountId }) => ({ id: accountId }));
      const { body } = await context.http.request({ method: "DELETE", url, json: { accounts }, retry: true });
      succeeded(body, "accounts");
    },
  });
};

/** Opens every closed membership; as the revert of a suspension, those alone that it closed. */
export const unsuspendUser: ActionFunction = (context, target) => {
  const toOpen = ({ closed }: Memberships) => closed.filter(isOfRevert(target, "open"));
  let siteId = 0;
  return ensure<Memberships>({
    target,
    read: async () => {
      const profile = await profileOf(context, target);
      siteId = profile.siteId;
      return profile.memberships;
    },
    wanted: (state) => toOpen(state).length === 0,
    write: async (state) => {
      for (const { id } of toOpen(state))
        await context.http.post(`${userPath(context, target)}/memberships/${encodeURIComponent(id)}`, {
          json: { site_id: siteId },
          retry: true,
        });
    },
  });
};

/** Whether a membership was in this list before what is reverted; true for all where nothing is. */
function isOfRevert({ parameters }: ActionTarget, list: "open" | "closed"): (membership: Membership) => boolean {
  if (parameters.before === undefined) return () => true;
  const ids = new Set(listOf(objectOf(parameters.before)[list]).map((one) => objectOf(one).id));
  return ({ id }) => ids.has(id);
}

/** Asking twice does no harm: the password is asked for once. */
export const resetPassword: ActionFunction = async (context, target) => {
  const { siteId, isFederated } = await profileOf(context, target);
  if (isFederated)
    throw new ConflictError("This person signs in through the identity provider: reset the password there.");
  const user = { id: userOf(target).externalId, site_id: siteId, force_password_change: true };
  const url = `${organizationPath(context)}/users/profiles`;
  const { body } = await context.http.post(url, { json: { users: [user] }, retry: true });
  succeeded(body, "users");
  return { changed: true };
};

const userPath = (context: Context, target: ActionTarget, version?: "v2.1"): string =>
  `${organizationPath(context, version)}/users/${encodeURIComponent(userOf(target).externalId)}`;

/** Of the organization's own accounts: memberships elsewhere are not ours to close. */
async function profileOf(context: Context, target: ActionTarget) {
  const { body } = await context.http.get(`${userPath(context, target, "v2.1")}/dsprofile`);
  const [user] = needList(needObject(body, "$").users, "users").map(objectOf);
  if (!user) throw new ProviderNotFoundError("DocuSign knows no such user in this organization.", { status: 404 });
  const memberships: Memberships = { open: [], closed: [] };
  for (const [index, one] of needList(user.memberships, "users[0].memberships").entries()) {
    const path = `users[0].memberships[${index}]`;
    const { id, account_id, status, is_external_account } = needObject(one, path);
    if (is_external_account === true) continue;
    const list = textOf(status)?.toLowerCase() === "closed" ? memberships.closed : memberships.open;
    list.push({ id: needId(id, `${path}.id`), accountId: needId(account_id, `${path}.account_id`) });
  }
  return {
    siteId: Number(needId(user.site_id, "users[0].site_id")),
    isFederated: user.federated_status === "FedAuthRequired",
    memberships,
  };
}

/** A good status may hold a refusal for each account or user. Throws ProviderRequestError. */
function succeeded(body: unknown, list: string): void {
  const { success } = objectOf(body);
  const refused = listOf(objectOf(body)[list]).map((one) => objectOf(objectOf(one).error_details));
  const reason = refused
    .map(({ error_description, error }) => textOf(error_description) ?? textOf(error))
    .find(Boolean);
  if (success === false || reason)
    throw new ProviderRequestError(`DocuSign refused: ${reason ?? "it gives no reason"}.`, { status: 200 });
}
