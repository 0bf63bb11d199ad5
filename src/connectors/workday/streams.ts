import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { needId, needList, needObject } from "#src/connector-kit/record.ts";
import { ProviderScopeError, StreamCursorError } from "#src/errors.ts";
import { type Account, accountsOf, unknownAccounts } from "./accounts.ts";
import { endpointsOf } from "./endpoints.ts";
import { getJson } from "./logs.ts";
import { mapWorker } from "./map.ts";
import { readWorkers } from "./workers.ts";

export { activities } from "./activities.ts";
export { posture } from "./posture.ts";

const pageSize = 100;
/** Pages are cut by offset: when a worker leaves meanwhile, the next page starts too late. So it starts a little early. */
const pageOverlap = 5;

/**
 * Current workers, 100 a page, each page joined with two SOAP calls: user names, and whether the accounts are disabled.
 * Without the right to see that, the workers come with the status UNKNOWN, and `testConnection` names the missing domain.
 * Cursor: the offset of the next page; null after the last.
 * Throws ProviderScopeError naming the domain policy.
 */
export async function* users(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<UserRecord>, void, void> {
  let offset = Number(cursor ?? 0);
  if (!Number.isSafeInteger(offset) || offset < 0)
    throw new StreamCursorError("The stored position in the list of Workday workers cannot be read.");
  const reader = new AccountReader(context);
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
    const accounts = await reader.read(fresh);
    const total = typeof body.total === "number" ? body.total : null;
    offset = Math.max(0, offset - pageOverlap) + workers.length;
    // Some tenants cap pages below what was asked for: a short page is the last one only when there is no total.
    last = fresh.length === 0 || (total === null ? workers.length < pageSize : offset >= total);
    yield {
      items: workers.flatMap((worker, position) => {
        const id = ids[position] as string;
        return previous.has(id) ? [] : [mapWorker(worker, accounts.get(id) ?? null, `data[${position}]`)];
      }),
      cursor: last ? null : String(offset),
      ...(total === null ? {} : { total }),
    };
    previous = new Set(ids);
  }
}

/** Reads accounts page by page; what the tenant denied once is not asked for again in this run. */
class AccountReader {
  readonly #context: StreamContext;
  #workersDenied = false;
  #statesDenied = false;

  constructor(context: StreamContext) {
    this.#context = context;
  }

  /** By worker id. Empty where Workday shows no user names. */
  async read(ids: readonly string[]): Promise<ReadonlyMap<string, Account>> {
    if (this.#workersDenied) return new Map();
    try {
      const workers = await readWorkers(this.#context, ids);
      if (this.#statesDenied) return byId(unknownAccounts(workers));
      const { accounts, denied } = await accountsOf(this.#context, workers);
      this.#statesDenied = denied !== null;
      return byId(accounts);
    } catch (error) {
      if (!(error instanceof ProviderScopeError)) throw error;
      this.#workersDenied = true;
      return new Map();
    }
  }
}

function byId(accounts: readonly Account[]): Map<string, Account> {
  return new Map(accounts.map((account) => [account.id, account]));
}
