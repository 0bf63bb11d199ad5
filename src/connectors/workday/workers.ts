import type { Context } from "#src/connector-kit/contract/context.ts";
import { child, children, flagIn, textIn, type Xml } from "#src/connector-kit/xml.ts";
import { ProviderRequestError, ProviderResponseError } from "#src/errors.ts";
import { domains, inDomain } from "./api.ts";
import { callSoap, element, group, idOf, page, paging, references } from "./soap.ts";

/** A worker as Get_Workers shows it. Fields are null where the domain policies hide them. */
export interface Worker {
  /** Workday ID, the `id` of the REST API. */
  id: string;
  /** Employee ID or contingent worker ID: what the account operations name workers by. */
  workerId: string | null;
  userName: string | null;
  contingent: boolean;
  terminated: boolean;
  /** `2026-10-31` */
  terminatedOn: string | null;
  name: string | null;
}

/**
 * Everybody who works or worked here, 500 a page. Throws ProviderScopeError where the tenant denies it.
 * Source: Human_Resources WSDL, operation Get_Workers. Its `User_Account_Data` holds the user name and the locale, and
 * nothing of the account's state.
 */
export async function* listWorkers(context: Context): AsyncGenerator<Worker[], void, void> {
  const criteria = group("Request_Criteria", element("Exclude_Inactive_Workers", false));
  const asOf = context.now();
  for (let number = 1, pages = 1; number <= pages; number++) {
    const response = await getWorkers(context, criteria + page(number, 500, asOf));
    pages = paging(response).pages;
    yield workersIn(response);
  }
}

/** Up to 100 workers by Workday ID. One that does not exist is left out. */
export function readWorkers(context: Context, ids: readonly string[]): Promise<Worker[]> {
  return halvingUnknown(ids, async (some) => {
    const named = references("Worker_Reference", "WID", some);
    return workersIn(await getWorkers(context, named + page(1, some.length)));
  });
}

/** One unknown id fails a whole request: it is halved until the unknown one stands alone, and that one has no result. */
export async function halvingUnknown<T>(
  ids: readonly string[],
  read: (ids: readonly string[]) => Promise<T[]>,
): Promise<T[]> {
  if (ids.length === 0) return [];
  try {
    return await read(ids);
  } catch (error) {
    if (!(error instanceof ProviderRequestError) || !/invalid id/i.test(error.message)) throw error;
    if (ids.length === 1) return [];
    const middle = Math.ceil(ids.length / 2);
    const first = await halvingUnknown(ids.slice(0, middle), read);
    return [...first, ...(await halvingUnknown(ids.slice(middle), read))];
  }
}

function getWorkers(context: Context, content: string): Promise<Xml> {
  const included = ["Include_Reference", "Include_Employment_Information", "Include_User_Account"];
  const responseGroup = group("Response_Group", ...included.map((name) => element(name, true)));
  return inDomain(domains.workers, () =>
    callSoap(context, "Human_Resources", "Get_Workers_Request", content + responseGroup),
  );
}

function workersIn(response: Xml): Worker[] {
  return children(child(response, "Response_Data"), "Worker").map((worker, position) => {
    const ids = child(worker, "Worker_Reference");
    const data = child(worker, "Worker_Data");
    const status = child(child(data, "Employment_Data"), "Worker_Status_Data");
    const id = idOf(ids, "WID");
    if (id === null) {
      const path = `Response_Data.Worker[${position}].Worker_Reference`;
      throw new ProviderResponseError("Workday lists a worker without a Workday ID.", path);
    }
    const contingentId = idOf(ids, "Contingent_Worker_ID");
    return {
      id,
      workerId: contingentId ?? idOf(ids, "Employee_ID"),
      userName: textIn(child(data, "User_Account_Data"), "User_Name") ?? textIn(data, "User_ID"),
      contingent: contingentId !== null,
      terminated: flagIn(status, "Terminated") ?? false,
      terminatedOn: textIn(status, "Termination_Date")?.slice(0, 10) ?? null,
      name: textIn(worker, "Worker_Descriptor"),
    };
  });
}
