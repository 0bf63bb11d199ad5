import { type Db, rawSql } from "#db/client.ts";
import { recordAudit } from "#src/access/audit.ts";
import { requireRole, type Viewer } from "#src/access/viewer.ts";
import type { Core } from "#src/core.ts";
import { InvalidInputError } from "#src/errors.ts";
import { enqueue } from "#src/platform/queue.ts";
import { audited } from "./audited.ts";
import { changeDomains } from "./domains.ts";
import { findInstance } from "./lifecycle.ts";
import { lockInstance } from "./lock.ts";

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
