import type { ActionFunction, ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { ConflictError, InvalidInputError, ProviderNotFoundError, ProviderScopeError } from "#src/errors.ts";
import { type Account, readAccounts, updateAccount } from "./accounts.ts";

/** Disables the Workday account. The employment stays as it is. */
export const suspendUser: ActionFunction = (context, target) => setDisabled(context, target, true);

export const unsuspendUser: ActionFunction = (context, target) => setDisabled(context, target, false);

/** A new password must be chosen at the next sign-in. */
export const resetPassword: ActionFunction = async (context, target) => {
  const account = await accountOf(context, target);
  const before = { requireNewPassword: account.requireNewPassword };
  if (account.requireNewPassword === true) return { changed: false, before };
  await updateAccount(context, account, { Require_New_Password_at_Next_Sign_In: true });
  return { changed: true, before };
};

async function setDisabled(context: Context, target: ActionTarget, disabled: boolean): Promise<ActionResult> {
  const account = await accountOf(context, target);
  const before = { accountDisabled: account.disabled };
  if (account.disabled === disabled) return { changed: false, before };
  await updateAccount(context, account, { Account_Disabled: disabled });
  return { changed: true, before };
}

async function accountOf(context: Context, { user }: ActionTarget): Promise<Account & { userName: string }> {
  if (context.settings.accountActions !== "on")
    throw new ConflictError("Actions on Workday accounts are switched off in the settings of this instance.", {
      code: "ACTION_NOT_ENABLED",
    });
  if (!user) throw new InvalidInputError("This action needs a user.", ["input", "userId"]);
  const account = (await readAccounts(context, [user.externalId])).get(user.externalId);
  if (!account) throw new ProviderNotFoundError("Workday has no such worker.");
  const { userName } = account;
  if (userName === null || account.disabled === null)
    throw new ProviderScopeError(
      "Workday does not show this worker's account: it needs Get on the domain Workday Accounts.",
      ["Workday Accounts"],
    );
  return { ...account, userName };
}
