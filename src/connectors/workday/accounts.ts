import type { Context } from "#src/connector-kit/contract/context.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { withDomain } from "./errors.ts";
import { callSoap, children, element, flag, group, reference, sendSoap, text, type Xml } from "./soap.ts";
import { halvingUnknown, type Worker } from "./workers.ts";

const domain = "Workday Accounts";
/** Get_Workday_Account takes any number of references; so many keep one answer small and one failure cheap. */
const accountsPerCall = 100;

/** The worker with the state of the account. */
export interface Account extends Worker {
  /** Null when it is unknown: there is no account, or the tenant does not show it. */
  disabled: boolean | null;
  requireNewPassword: boolean | null;
}

interface State extends Pick<Account, "disabled" | "requireNewPassword"> {
  userName: string;
}

/** What became of asking for the accounts of some workers. */
export interface Accounts {
  accounts: Account[];
  /** Why the states are unknown; null when the tenant shows them. */
  denied: ProviderScopeError | null;
}

/**
 * Joins workers with the state of their accounts, one call for a hundred. A tenant that denies this domain still gives
 * the workers: their states are null then, and `denied` is the ProviderScopeError.
 */
export async function accountsOf(context: Context, workers: readonly Worker[]): Promise<Accounts> {
  const names = workers.flatMap(({ userName }) => (userName === null ? [] : [userName]));
  const states = new Map<string, State>();
  try {
    for (let start = 0; start < names.length; start += accountsPerCall)
      for (const state of await readStates(context, names.slice(start, start + accountsPerCall)))
        states.set(state.userName.toLowerCase(), state);
  } catch (error) {
    if (!(error instanceof ProviderScopeError)) throw error;
    return { accounts: unknownAccounts(workers), denied: error };
  }
  const accounts = workers.map((worker) => {
    const state = worker.userName === null ? undefined : states.get(worker.userName.toLowerCase());
    return {
      ...worker,
      disabled: state?.disabled ?? null,
      requireNewPassword: state?.requireNewPassword ?? null,
    };
  });
  return { accounts, denied: null };
}

export function unknownAccounts(workers: readonly Worker[]): Account[] {
  return workers.map((worker) => ({ ...worker, disabled: null, requireNewPassword: null }));
}

/** Throws ProviderScopeError, naming the domain, when the tenant does not show accounts. Asks for a single one. */
export async function proveAccountsShown(context: Context): Promise<void> {
  await getAccounts(context, group("Response_Filter", element("Page", 1), element("Count", 1)));
}

/** Source: Human_Resources WSDL, operation Get_Workday_Account. An unknown user name has no result. */
async function readStates(context: Context, userNames: readonly string[]): Promise<State[]> {
  const references = userNames.map((name) => reference("Workday_Account_Reference", "WorkdayUserName", name));
  const filter = group("Response_Filter", element("Page", 1), element("Count", userNames.length));
  const content = group("Request_References", ...references) + filter;
  return halvingUnknown(
    userNames,
    (some) => readStates(context, some),
    async () => statesIn(await getAccounts(context, content)),
  );
}

async function getAccounts(context: Context, content: string): Promise<Xml> {
  try {
    return await callSoap(context, "Human_Resources", "Get_Workday_Account_Request", content);
  } catch (error) {
    throw withDomain(error, domain);
  }
}

function statesIn(response: Xml): State[] {
  return children(response, "Response_Data")
    .flatMap((data) => children(data, "Workday_Account_Response_Data"))
    .flatMap((account) => children(account, "Workday_Account_for_Worker_Data"))
    .flatMap((data) => {
      const userName = text(data, "User_Name");
      if (userName === null) return [];
      return [
        {
          userName,
          disabled: flag(data, "Account_Disabled"),
          requireNewPassword: flag(data, "Require_New_Password_at_Next_Sign_In"),
        },
      ];
    });
}

/**
 * Changes one account. Workday wants the current user name along with any change, and answers an empty message.
 * Source: Human_Resources WSDL, operation Update_Workday_Account; `WD-EMPLID` is the system of employee IDs and
 * contingent worker IDs alike.
 */
export async function updateAccount(
  context: Context,
  account: { userName: string; workerId: string; contingent: boolean },
  change: { Account_Disabled: boolean } | { Require_New_Password_at_Next_Sign_In: boolean },
): Promise<void> {
  const worker = group(
    account.contingent ? "Contingent_Worker_Reference" : "Employee_Reference",
    group("Integration_ID_Reference", element("ID", account.workerId, { System_ID: "WD-EMPLID" })),
  );
  const fields = Object.entries(change).map(([name, value]) => element(name, value));
  const content =
    group("Worker_Reference", worker) +
    group("Workday_Account_for_Worker_Data", element("User_Name", account.userName), ...fields);
  try {
    await sendSoap(context, "Human_Resources", "Workday_Account_for_Worker_Update", content);
  } catch (error) {
    if (!(error instanceof ProviderScopeError)) throw error;
    throw new ProviderScopeError(`Workday denies the change: it needs Put on the domain ${domain}.`, [domain], {
      cause: error,
    });
  }
}
