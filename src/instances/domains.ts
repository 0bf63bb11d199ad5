import type { Sql } from "postgres";

/** The organisation's domains at an instance, lower case. */
export interface Domains {
  /** As the app states them. */
  tenant: readonly string[];
  /** Further ones, by an ADMIN. */
  added: readonly string[];
}

/**
 * Replaces one or both lists, in the caller's transaction, which holds the instance's lock. What is stored of files with people of a domain that
 * became or ceased to be the organisation's own is noted for `files.reshare`, which runs every few minutes. Returns the lists before and after.
 */
export async function changeDomains(
  sql: Sql,
  instanceId: number,
  change: Partial<Domains>,
): Promise<{ before: Domains; after: Domains; isChanged: boolean }> {
  const [row] = await sql<Domains[]>`
    select tenant_domains as tenant, added_domains as added from instances where id = ${instanceId} for update`;
  const before = row!;
  const after = { tenant: sorted(change.tenant ?? before.tenant), added: sorted(change.added ?? before.added) };
  if (after.tenant.join() === before.tenant.join() && after.added.join() === before.added.join())
    return { before, after, isChanged: false };
  await sql`update instances set tenant_domains = ${after.tenant}, added_domains = ${after.added} where id = ${instanceId}`;
  const [old, now] = [all(before), all(after)];
  // With the first domain everybody else becomes an outsider; with the last one nobody is any more. What the app states explains its own levels.
  const isTotal = old.size === 0 || now.size === 0 || change.tenant !== undefined;
  const differing = [...new Set([...old, ...now])].filter((domain) => old.has(domain) !== now.has(domain));
  await sql`
    insert into file_reshares (instance_id, domain)
    select ${instanceId}, r.domain from unnest(${isTotal ? [null] : differing}::text[]) as r(domain)`;
  return { before, after, isChanged: true };
}

function sorted(domains: readonly string[]): string[] {
  return [...new Set(domains.map((domain) => domain.toLowerCase()))].sort();
}

function all({ tenant, added }: Domains): ReadonlySet<string> {
  return new Set([...tenant, ...added]);
}
