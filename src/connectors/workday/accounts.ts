import type { Context } from "#src/connector-kit/contract/context.ts";
import { optional } from "#src/connector-kit/probe.ts";
import { child, children, flagIn, textIn, type Xml } from "#src/connector-kit/xml.ts";
import type { ProviderScopeError } from "#src/errors.ts";
import { domains, inDomain } from "./api.ts";
import { callSoap, element, group, page, references, sendSoap } from "./soap.ts";
import { halvingUnknown, type Worker } from "./workers.ts";

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

/**
 * Joins workers with the state of their accounts, page by page. A tenant that denies this domain still gives the workers:
 * their states are null then, and `denied` gives the reason. What was denied once is not asked for again.
 */
export class AccountReader {
  readonly #context: Context;
  denied: ProviderScopeError | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  async join(workers: readonly Worker[]): Promise<Account[]> {
    const states = new Map<string, State>();
    const names = workers.flatMap(({ userName }) => userName ?? []);
    for (let start = 0; start < names.length && !this.denied; start += accountsPerCall) {
      const some = names.slice(start, start + accountsPerCall);
      const { value, refusal } = await optional(() => readStates(this.#context, some));
      this.denied = refusal;
      for (const state of value ?? []) states.set(state.userName.toLowerCase(), state);
    }
    return workers.map((worker) => {
      const state = this.denied ? undefined : states.get(worker.userName?.toLowerCase() ?? "");
      return {
        ...worker,
        disabled: state?.disabled ?? null,
        requireNewPassword: state?.requireNewPassword ?? null,
      };
    });
  }
}

/** Throws ProviderScopeError, naming the domain, when the tenant does not show accounts. Asks for a single one. */
export async function proveAccountsShown(context: Context): Promise<void> {
  await getAccounts(context, page(1, 1));
}

/** Source: Human_Resources WSDL, operation Get_Workday_Account. An unknown user name has no result. */
function readStates(context: Context, userNames: readonly string[]): Promise<State[]> {
  return halvingUnknown(userNames, async (some) => {
    const named = references("Workday_Account_Reference", "WorkdayUserName", some);
    return statesIn(await getAccounts(context, named + page(1, some.length)));
  });
}

function getAccounts(context: Context, content: string): Promise<Xml> {
  return inDomain(domains.accounts, () => callSoap(context, "Human_Resources", "Get_Workday_Account_Request", content));
}

function statesIn(response: Xml): State[] {
  return children(child(response, "Response_Data"), "Workday_Account_Response_Data").flatMap((account) => {
    const data = child(account, "Workday_Account_for_Worker_Data");
    const userName = textIn(data, "User_Name");
    if (userName === null) return [];
    const disabled = flagIn(data, "Account_Disabled");
    return [{ userName, disabled, requireNewPassword: flagIn(data, "Require_New_Password_at_Next_Sign_In") }];
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
  await inDomain(
    domains.accounts,
    () => sendSoap(context, "Human_Resources", "Workday_Account_for_Worker_Update", content),
    `Workday denies the change: it needs Put on the domain ${domains.accounts}.`,
  );
}
