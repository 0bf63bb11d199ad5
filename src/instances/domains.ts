import type { Sql } from "postgres";
import { type Db, rawSql } from "#db/client.ts";
import { recordAudit } from "#src/access/audit.ts";
import { requireRole, type Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { InvalidInputError } from "#src/errors.ts";
import { enqueue } from "#src/platform/queue.ts";
import { audited } from "./audited.ts";
import { findInstance } from "./lifecycle.ts";
import { lockInstance } from "./lock.ts";

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

const maxDomains = 200;

/** ADMIN. Replaces the domains that count as the organisation's own beside those that the app states. Repeating it changes nothing. */
export function setAddedDomains(
  core: Core,
  viewer: Viewer,
  instanceId: number,
  domains: readonly string[],
): Promise<void> {
  const attempt = { action: "instance.setDomains", target: `instance/${instanceId}`, after: { domains } };
  return audited(core, viewer, attempt, async () => {
    requireRole(viewer, "ADMIN");
    await findInstance(core.db, viewer, instanceId);
    const added = checked(domains);
    await core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      await lockInstance(tx, instanceId);
      const { before, after, isChanged } = await changeDomains(rawSql(tx), instanceId, { added });
      await recordAudit(tx, viewer, {
        action: attempt.action,
        target: attempt.target,
        before: { domains: before.added },
        after: { domains: after.added },
        result: "ok",
      });
      if (isChanged) await enqueue(core.boss, tx, "files.reshare", {});
    });
  });
}

function checked(domains: readonly string[]): string[] {
  if (domains.length > maxDomains)
    throw new InvalidInputError(`An instance has at most ${maxDomains} domains of its own.`, ["domains"]);
  return domains.map((domain, index) => {
    const tidy = domain.trim().toLowerCase();
    if (
      tidy.length > 253 ||
      !/^([\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]{1,62}$/u.test(tidy)
    )
      throw new InvalidInputError(
        `"${domain.slice(0, 60)}" is not a domain. Name it in full, without @ or wildcard: example.com.`,
        ["domains", String(index)],
      );
    return tidy;
  });
}

function sorted(domains: readonly string[]): string[] {
  return [...new Set(domains.map((domain) => domain.toLowerCase()))].sort();
}

function all({ tenant, added }: Domains): ReadonlySet<string> {
  return new Set([...tenant, ...added]);
}
