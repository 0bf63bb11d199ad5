import { appOf, deleteIfThere, ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { needObject } from "#src/connector-kit/record.ts";
import { ConflictError, InvalidInputError } from "#src/errors.ts";
import { memberOf } from "./members.ts";

const api = "https://iam.googleapis.com/v1";

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/disable */
export const suspendUser: ActionFunction = async (context, target) =>
  await setDisabled(context, target, accountUrl(target), true);

export const unsuspendUser: ActionFunction = async (context, target) =>
  await setDisabled(context, target, accountUrl(target), false);

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys/disable */
export const banApp: ActionFunction = async (context, target) =>
  await setDisabled(context, target, keyUrl(target), true);

export const unbanApp: ActionFunction = async (context, target) =>
  await setDisabled(context, target, keyUrl(target), false);

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys/delete */
export const revokeApp: ActionFunction = async (context, target) => ({
  changed: await deleteIfThere(context, keyUrl(target)),
  before: { key: appOf(target).externalId },
});

/** Accounts and keys leave `disabled` out while they are not. */
async function setDisabled({ http }: Context, target: ActionTarget, url: string, disabled: boolean) {
  return await ensure({
    target,
    read: async () => ({ disabled: needObject((await http.get(url)).body, "body").disabled === true }),
    wanted: { disabled },
    write: () =>
      http.request({ method: "POST", url: `${url}:${disabled ? "disable" : "enable"}`, json: {}, retry: true }),
  });
}

/** Throws ConflictError for a person: Google Cloud does not suspend people. */
function accountUrl(target: ActionTarget): string {
  const { kind, email } = memberOf(userOf(target).externalId);
  if (kind === "serviceAccount" && email) return `${api}/projects/-/serviceAccounts/${encodeURIComponent(email)}`;
  throw new ConflictError(
    kind === "user"
      ? "Google Cloud does not suspend people: do it through the Google Workspace connection, or take their roles away here."
      : "Only service accounts can be disabled.",
  );
}

/** Throws InvalidInputError for anything but the name of a key. */
function keyUrl(target: ActionTarget): string {
  const name = appOf(target).externalId;
  if (/^projects\/[^/?#]+\/serviceAccounts\/[^/?#]+\/keys\/[^/?#]+$/.test(name)) return `${api}/${name}`;
  throw new InvalidInputError("This is not a service account key.", ["input", "oauthAppId"]);
}
