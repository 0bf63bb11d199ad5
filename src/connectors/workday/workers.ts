import type { Context } from "#src/connector-kit/contract/context.ts";
import { ProviderRequestError, ProviderResponseError } from "#src/errors.ts";
import { withDomain } from "./errors.ts";
import { callSoap, child, children, element, flag, group, idOf, paging, reference, text, type Xml } from "./soap.ts";

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

const responseGroup = group(
  "Response_Group",
  element("Include_Reference", true),
  element("Include_Employment_Information", true),
  element("Include_User_Account", true),
);

/**
 * All workers, terminated ones too if asked for, 500 a page. Throws ProviderScopeError where the tenant denies it.
 * Source: Human_Resources WSDL, operation Get_Workers. Its `User_Account_Data` holds the user name and the locale, and
 * nothing of the account's state.
 */
export async function* listWorkers(
  context: Context,
  options: { terminated?: boolean } = {},
): AsyncGenerator<Worker[], void, void> {
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
    const response = await getWorkers(context, criteria + filter);
    pages = paging(response).pages;
    yield workersIn(response);
  }
}

/** Up to 100 workers by Workday ID. One that does not exist is left out. */
export async function readWorkers(context: Context, ids: readonly string[]): Promise<Worker[]> {
  if (ids.length === 0) return [];
  const references = group("Request_References", ...ids.map((id) => reference("Worker_Reference", "WID", id)));
  const filter = group("Response_Filter", element("Page", 1), element("Count", ids.length));
  return halvingUnknown(
    ids,
    (some) => readWorkers(context, some),
    async () => workersIn(await getWorkers(context, references + filter)),
  );
}

/** One unknown id fails a whole request: it is halved until the unknown one stands alone, and that one has no result. */
export async function halvingUnknown<T>(
  ids: readonly string[],
  half: (ids: readonly string[]) => Promise<T[]>,
  whole: () => Promise<T[]>,
): Promise<T[]> {
  try {
    return await whole();
  } catch (error) {
    if (!(error instanceof ProviderRequestError) || !/invalid id/i.test(error.message)) throw error;
    if (ids.length === 1) return [];
    const middle = Math.ceil(ids.length / 2);
    return [...(await half(ids.slice(0, middle))), ...(await half(ids.slice(middle)))];
  }
}

async function getWorkers(context: Context, content: string): Promise<Xml> {
  try {
    return await callSoap(context, "Human_Resources", "Get_Workers_Request", content + responseGroup);
  } catch (error) {
    throw withDomain(error, "Worker Data: Public Worker Reports");
  }
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
      userName: text(child(data, "User_Account_Data"), "User_Name") ?? text(data, "User_ID"),
      contingent: contingentId !== null,
      terminated: flag(status, "Terminated") ?? false,
      terminatedOn: text(status, "Termination_Date")?.slice(0, 10) ?? null,
      name: text(worker, "Worker_Descriptor"),
    };
  });
}
