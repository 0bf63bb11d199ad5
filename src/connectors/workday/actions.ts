import { ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { ConflictError, ProviderNotFoundError, ProviderScopeError } from "#src/errors.ts";
import { type Account, AccountReader, updateAccount } from "./accounts.ts";
import { domains } from "./api.ts";
import { readWorkers } from "./workers.ts";

/** Disables the Workday account. The employment stays as it is. */
export const suspendUser: ActionFunction = (context, target) => setDisabled(context, target, true);

export const unsuspendUser: ActionFunction = (context, target) => setDisabled(context, target, false);

/** A new password must be chosen at the next sign-in. */
export const resetPassword: ActionFunction = async (context, target) => {
  const account = await accountOf(context, target);
  return ensure({
    read: async () => ({ requireNewPassword: account.requireNewPassword }),
    wanted: { requireNewPassword: true },
    write: () => updateAccount(context, account, { Require_New_Password_at_Next_Sign_In: true }),
  });
};

async function setDisabled(context: Context, target: ActionTarget, disabled: boolean) {
  const account = await accountOf(context, target);
  return ensure({
    target,
    read: async () => ({ accountDisabled: account.disabled }),
    wanted: { accountDisabled: disabled },
    write: () => updateAccount(context, account, { Account_Disabled: disabled }),
  });
}

type KnownAccount = Account & { userName: string; workerId: string };

async function accountOf(context: Context, target: ActionTarget): Promise<KnownAccount> {
  if (context.settings.accountActions !== "on")
    throw new ConflictError("Actions on Workday accounts are switched off in the settings of this instance.", {
      code: "ACTION_NOT_ENABLED",
    });
  const reader = new AccountReader(context);
  const [account] = await reader.join(await readWorkers(context, [userOf(target).externalId]));
  if (!account) throw new ProviderNotFoundError("Workday has no such worker.");
  if (reader.denied) throw reader.denied;
  const { userName, workerId } = account;
  // The current user name goes with every change, and without the state there is nothing to go back to.
  if (userName === null || workerId === null || account.disabled === null)
    throw new ProviderScopeError(
      "Workday does not show an account of this worker: there is none, or Get on the domain Workday Accounts is missing for it.",
      [domains.accounts],
    );
  return { ...account, userName, workerId };
}
