import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { needId, needList, needObject } from "#src/connector-kit/record.ts";
import { ProviderScopeError, StreamCursorError } from "#src/errors.ts";
import { type Account, readAccounts } from "./accounts.ts";
import { endpointsOf } from "./endpoints.ts";
import { getJson } from "./logs.ts";
import { mapWorker } from "./map.ts";

export { activities } from "./activities.ts";
export { posture } from "./posture.ts";

const pageSize = 100;
/** Pages are cut by offset: when a worker leaves meanwhile, the next page starts too late. So it starts a little early. */
const pageOverlap = 5;

/**
 * Current workers, 100 a page, each page joined with what SOAP tells of its accounts (user name, disabled); without the
 * right to see that, the workers alone. Cursor: the offset of the next page; null after the last.
 * Throws ProviderScopeError naming the domain policy.
 */
export async function* users(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<UserRecord>, void, void> {
  let offset = Number(cursor ?? 0);
  if (!Number.isSafeInteger(offset) || offset < 0)
    throw new StreamCursorError("The stored position in the list of Workday workers cannot be read.");
  let accountsDenied = false;
  let previous: ReadonlySet<string> = new Set();
  for (let last = false; !last; ) {
    context.signal.throwIfAborted();
    const body = await getJson(context, endpointsOf(context.settings).workers, "Worker Data: Public Worker Reports", {
      limit: pageSize,
      offset: Math.max(0, offset - pageOverlap),
    });
    const workers = needList(body.data, "data").map((worker, position) => needObject(worker, `data[${position}]`));
    const ids = workers.map(({ id }, position) => needId(id, `data[${position}].id`));
    const fresh = ids.filter((id) => !previous.has(id));
    const accounts: ReadonlyMap<string, Account> | null = accountsDenied
      ? null
      : await accountsIfAllowed(context, fresh);
    accountsDenied = accounts === null;
    const total = typeof body.total === "number" ? body.total : null;
    offset = Math.max(0, offset - pageOverlap) + workers.length;
    // Some tenants cap pages below what was asked for: a short page is the last one only when there is no total.
    last = fresh.length === 0 || (total === null ? workers.length < pageSize : offset >= total);
    yield {
      items: workers.flatMap((worker, position) => {
        const id = ids[position] as string;
        return previous.has(id) ? [] : [mapWorker(worker, accounts?.get(id) ?? null, `data[${position}]`)];
      }),
      cursor: last ? null : String(offset),
      ...(total === null ? {} : { total }),
    };
    previous = new Set(ids);
  }
}

/** Null where it is denied: `testConnection` says what is missing, and the workers are worth having without it. */
async function accountsIfAllowed(context: StreamContext, ids: readonly string[]): Promise<Map<string, Account> | null> {
  try {
    return await readAccounts(context, ids);
  } catch (error) {
    if (error instanceof ProviderScopeError) return null;
    throw error;
  }
}
