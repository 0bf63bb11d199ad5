import type { Context } from "#src/connector-kit/contract/context.ts";
import { ProviderRequestError, ProviderResponseError, ProviderScopeError } from "#src/errors.ts";
import { callSoap, child, children, element, flag, group, idOf, paging, text, type Xml } from "./soap.ts";

/** What SOAP tells of a worker's sign-in. Fields are null where the domain policies hide them. */
export interface Account {
  /** Workday ID, the `id` of the REST API. */
  id: string;
  userName: string | null;
  disabled: boolean | null;
  requireNewPassword: boolean | null;
  contingent: boolean;
  terminated: boolean;
  /** `2026-10-31` */
  terminatedOn: string | null;
  name: string | null;
}

const responseGroup = group(
  "Response_Group",
  element("Include_Reference", true),
  element("Include_Employment_Information", true),
  element("Include_User_Account", true),
);

/** All accounts, terminated workers' too if asked for, page by page. Throws ProviderScopeError where it is not permitted. */
export async function* listAccounts(context: Context, options: { terminated?: boolean } = {}): AsyncGenerator<Account> {
  const criteria = group("Request_Criteria", element("Exclude_Inactive_Workers", !options.terminated));
  // One snapshot for all pages: a worker hired meanwhile must not move another across a page boundary.
  const asOf = context.now().toISOString();
  for (let page = 1, pages = 1; page <= pages; page++) {
    const filter = group(
      "Response_Filter",
      element("As_Of_Entry_DateTime", asOf),
      element("Page", page),
      element("Count", 500),
    );
    const response = await callSoap(
      context,
      "Human_Resources",
      "Get_Workers_Request",
      criteria + filter + responseGroup,
    );
    pages = paging(response).pages;
    yield* accountsIn(response);
  }
}

/** Accounts of up to 100 workers, by worker id. One that does not exist is left out. */
export async function readAccounts(context: Context, workerIds: readonly string[]): Promise<Map<string, Account>> {
  if (workerIds.length === 0) return new Map();
  const references = group("Request_References", ...workerIds.map(reference));
  const filter = group("Response_Filter", element("Page", 1), element("Count", workerIds.length));
  try {
    const content = references + filter + responseGroup;
    const response = await callSoap(context, "Human_Resources", "Get_Workers_Request", content);
    return new Map(accountsIn(response).map((account) => [account.id, account]));
  } catch (error) {
    if (!(error instanceof ProviderRequestError) || !/invalid id/i.test(error.message)) throw error;
    // One unknown id fails the whole request: halve until it stands alone.
    if (workerIds.length === 1) return new Map();
    const middle = Math.ceil(workerIds.length / 2);
    const first = await readAccounts(context, workerIds.slice(0, middle));
    return new Map([...first, ...(await readAccounts(context, workerIds.slice(middle)))]);
  }
}

/** Workday wants the current user name along with any change. */
export async function updateAccount(
  context: Context,
  account: Account & { userName: string },
  change: { Account_Disabled: boolean } | { Require_New_Password_at_Next_Sign_In: boolean },
): Promise<void> {
  const fields = Object.entries(change).map(([name, value]) => element(name, value));
  const content =
    reference(account.id) + group("Workday_Account_for_Worker_Data", element("User_Name", account.userName), ...fields);
  try {
    await callSoap(context, "Human_Resources", "Workday_Account_for_Worker_Update", content, { changes: true });
  } catch (error) {
    if (!(error instanceof ProviderScopeError)) throw error;
    throw new ProviderScopeError(
      "Workday denies the change: it needs Put on the domain Workday Accounts.",
      ["Workday Accounts"],
      {
        cause: error,
      },
    );
  }
}

function reference(workerId: string): string {
  return group("Worker_Reference", `<bsvc:ID bsvc:type="WID">${workerId.replace(/[^0-9a-zA-Z]/g, "")}</bsvc:ID>`);
}

function accountsIn(response: Xml): Account[] {
  return children(child(response, "Response_Data"), "Worker").map((worker, position) => {
    const ids = child(worker, "Worker_Reference");
    const data = child(worker, "Worker_Data");
    const account = child(data, "User_Account_Data");
    const status = child(child(data, "Employment_Data"), "Worker_Status_Data");
    const id = idOf(ids, "WID");
    if (id === null) {
      const path = `Response_Data.Worker[${position}].Worker_Reference`;
      throw new ProviderResponseError("Workday lists a worker without a Workday ID.", path);
    }
    return {
      id,
      userName: text(account, "User_Name") ?? text(data, "User_ID"),
      disabled: flag(account, "Account_Disabled"),
      requireNewPassword: flag(account, "Require_New_Password_at_Next_Sign_In"),
      contingent: idOf(ids, "Contingent_Worker_ID") !== null,
      terminated: flag(status, "Terminated") ?? false,
      terminatedOn: text(status, "Termination_Date")?.slice(0, 10) ?? null,
      name: text(worker, "Worker_Descriptor"),
    };
  });
}
