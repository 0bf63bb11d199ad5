import { ProviderScopeError, StreamCursorError } from "#src/errors.ts";
import type { StreamContext, StreamPage, UserRecord } from "../connector.ts";
import { needList } from "../record.ts";
import { type Account, listAccounts } from "./accounts.ts";
import { endpointsOf } from "./endpoints.ts";
import { getJson } from "./logs.ts";
import { mapWorker } from "./map.ts";

export { activities } from "./activities.ts";
export { posture } from "./posture.ts";

const pageSize = 100;

/**
 * Current workers, 100 a page, joined with what SOAP tells of their accounts (user name, disabled); without the right
 * to see that, the workers alone. Cursor: the offset of the next page; null after the last.
 * Throws ProviderScopeError naming the domain policy.
 */
export async function* users(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<UserRecord>, void, void> {
  const accounts = await accountsById(context);
  let offset = Number(cursor ?? 0);
  if (!Number.isSafeInteger(offset) || offset < 0)
    throw new StreamCursorError("The stored position in the list of Workday workers cannot be read.");
  for (let last = false; !last; ) {
    context.signal.throwIfAborted();
    const body = await getJson(context, endpointsOf(context.settings).workers, "Worker Data: Public Worker Reports", {
      limit: pageSize,
      offset,
    });
    const workers = needList(body.data, "data");
    const total = typeof body.total === "number" ? body.total : null;
    offset += workers.length;
    // Some tenants cap pages below what was asked for: a short page is the last one only when there is no total.
    last = workers.length === 0 || (total === null ? workers.length < pageSize : offset >= total);
    yield {
      items: workers.map((worker, position) => {
        const id = (worker as { id?: unknown } | null)?.id;
        return mapWorker(worker, accounts.get(String(id)) ?? null, `data[${position}]`);
      }),
      cursor: last ? null : String(offset),
      ...(total === null ? {} : { total }),
    };
  }
}

async function accountsById(context: StreamContext): Promise<Map<string, Account>> {
  const accounts = new Map<string, Account>();
  try {
    for await (const account of listAccounts(context)) accounts.set(account.id, account);
  } catch (error) {
    // `testConnection` says what is missing; the workers are worth having without it.
    if (!(error instanceof ProviderScopeError)) throw error;
  }
  return accounts;
}
