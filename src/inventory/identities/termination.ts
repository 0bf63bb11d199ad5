import type { Sql } from "postgres";
import { connectors } from "#src/connectors/index.ts";

const directories = connectors.filter(({ manifest }) => manifest.directory).map(({ manifest }) => manifest.slug);

/**
 * Determines again whether these people have left: some directory holds accounts of theirs, and all of them are deleted. Where one was
 * registered again the directory takes it back; suspended and disabled accounts are still there. The first directory to say so is the source.
 * In the caller's transaction, after the accounts are stored.
 */
export async function settleTerminations(sql: Sql, identityIds: readonly number[]): Promise<void> {
  if (identityIds.length === 0) return;
  const ids = [...new Set(identityIds)];
  // Two directories may speak of one person at once: the second waits here, and then sees what the first stored.
  await sql`select 1 from identities where id = any(${ids}::bigint[]) order by id for no key update`;
  await sql`
    with said as (
      select u.identity_id, u.instance_id, max(u.deleted_at) as deleted_at
      from users u join instances i on i.id = u.instance_id
      where u.identity_id = any(${ids}::bigint[]) and i.connector_slug = any(${directories}) and u.listed
      group by 1, 2 having bool_and(u.status = 'DELETED')
    ), first as (
      select distinct on (identity_id) identity_id, instance_id, deleted_at from said order by identity_id, deleted_at, instance_id
    )
    update identities d set terminated_at = s.deleted_at, terminated_instance_id = s.instance_id
    from identities p left join first s on s.identity_id = p.id
    where d.id = p.id and p.id = any(${ids}::bigint[])
      and (d.terminated_at, d.terminated_instance_id) is distinct from (s.deleted_at, s.instance_id)`;
}
