import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { byOffset, type Pager } from "#src/connector-kit/pagers.ts";
import { objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { type Account, AccountReader } from "../accounts.ts";
import { domains, endpointsOf, inDomain } from "../api.ts";
import { toUser } from "../map.ts";
import { readWorkers } from "../workers.ts";

/**
 * Current workers, 100 a page, each page joined with two SOAP calls: user names, and whether the accounts are disabled.
 * Without the right to see that, the workers come with the status UNKNOWN, and `testConnection` names the missing domain.
 * Throws ProviderScopeError naming the domain policy.
 */
export const users: StreamFunction<"USERS"> = (context, cursor) =>
  stages(context, cursor, [
    {
      name: "workers",
      first: { url: endpointsOf(context.settings).workers, timeoutMs: 60_000 },
      page: withAccounts(context, byOffset({ list: "data", total: "total", limit: ["limit", 100] })),
      items: (record, path) => {
        const { worker, account } = record as Joined;
        return toUser(worker, account, path);
      },
    },
  ]);

interface Joined {
  worker: unknown;
  account: Account | null;
}

/** Joins the accounts page by page. What the tenant denied once is not asked for again in this run. */
function withAccounts(context: StreamContext, pager: Pager): Pager {
  const reader = new AccountReader(context);
  let isDenied = false;
  const read = async (ids: readonly string[]): Promise<Account[]> => {
    if (isDenied) return [];
    try {
      return await reader.join(await readWorkers(context, ids));
    } catch (error) {
      if (!(error instanceof ProviderScopeError)) throw error;
      isDenied = true;
      return [];
    }
  };
  return async (...asked) => {
    const page = await inDomain(domains.workers, () => pager(...asked));
    const accounts = await read(page.records.flatMap((worker) => textOf(objectOf(worker).id) ?? []));
    const byId = new Map(accounts.map((account) => [account.id, account]));
    const records = page.records.map((worker): Joined => {
      const id = textOf(objectOf(worker).id) ?? "";
      return { worker, account: byId.get(id) ?? null };
    });
    return { ...page, records };
  };
}
