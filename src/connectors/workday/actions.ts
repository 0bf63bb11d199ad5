import type { ActionFunction, ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { ConflictError, InvalidInputError, ProviderNotFoundError, ProviderScopeError } from "#src/errors.ts";
import { type Account, accountsOf, updateAccount } from "./accounts.ts";
import { readWorkers } from "./workers.ts";

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

type KnownAccount = Account & { userName: string; workerId: string };

async function accountOf(context: Context, { user }: ActionTarget): Promise<KnownAccount> {
  if (context.settings.accountActions !== "on")
    throw new ConflictError("Actions on Workday accounts are switched off in the settings of this instance.", {
      code: "ACTION_NOT_ENABLED",
    });
  if (!user) throw new InvalidInputError("This action needs a user.", ["input", "userId"]);
  const workers = await readWorkers(context, [user.externalId]);
  if (workers.length === 0) throw new ProviderNotFoundError("Workday has no such worker.");
  const { accounts, denied } = await accountsOf(context, workers);
  if (denied) throw denied;
  const account = accounts[0] as Account;
  const { userName, workerId } = account;
  // The current user name goes with every change, and without the state there is nothing to go back to.
  if (userName === null || workerId === null || account.disabled === null)
    throw new ProviderScopeError(
      "Workday does not show an account of this worker: there is none, or Get on the domain Workday Accounts is missing for it.",
      ["Workday Accounts"],
    );
  return { ...account, userName, workerId };
}
