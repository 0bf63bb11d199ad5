import type { Sql } from "postgres";
import { SUPERUSER } from "./cluster.ts";
import { DATABASE, ensureDatabase, probe, ROLE, withClient } from "./probe.ts";

/**
 * Gives the cluster the role that Gatehouse works as. It owns the database and everything in it, and is no superuser, so that the database
 * itself can refuse what nobody may do. The superuser cannot log in afterwards. Clusters of earlier versions, which worked as the
 * superuser, are changed here too. In one transaction: killed at any point, it is all there or is done by the next start.
 */
export async function ensureRole(cluster: string, port: number, password: string): Promise<void> {
  if ((await probe(cluster, port, password)) === "ours") return;
  await ensureDatabase(port, password);
  await withClient({ port, password, role: SUPERUSER, database: DATABASE }, (sql) =>
    sql.begin(async (transaction) => {
      const tx = transaction as unknown as Sql;
      const [there] = await tx`select 1 from pg_roles where rolname = ${ROLE}`;
      // The password is of our own making: base64url.
      await tx.unsafe(`${there ? "alter" : "create"} role ${ROLE} login nosuperuser createdb password '${password}'`);
      await tx.unsafe(`grant pg_read_all_settings, pg_checkpoint to ${ROLE}`);
      // The time of change of its files distinguishes a copy of the cluster from the original: see src/realtime/epoch.ts.
      await tx.unsafe(`grant execute on function pg_stat_file(text) to ${ROLE}`);
      await tx.unsafe(`alter database ${DATABASE} owner to ${ROLE}`);
      for (const statement of await transfers(tx)) await tx.unsafe(statement);
      await tx.unsafe(`alter role ${SUPERUSER} nologin password null`);
    }),
  );
}

/** What hands over each object that is not PostgreSQL's own. REASSIGN OWNED refuses, since the superuser owns those as well. */
async function transfers(sql: Sql): Promise<string[]> {
  const rows = await sql<{ statement: string }[]>`
    with ours as (select oid, nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema')
    select format('alter schema %I owner to ${sql.unsafe(ROLE)}', nspname) as statement from ours where nspname <> 'public'
    union all
    select format('alter %s %s owner to ${sql.unsafe(ROLE)}',
      case relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end, c.oid::regclass)
    from pg_class c where relnamespace in (select oid from ours) and relkind in ('r', 'p', 'v', 'm', 'S')
      -- Sequences of columns go with their table.
      and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i') and c.relkind = 'S')
    union all
    select format('alter routine %s owner to ${sql.unsafe(ROLE)}', oid::regprocedure) from pg_proc where pronamespace in (select oid from ours)
    union all
    select format('alter type %s owner to ${sql.unsafe(ROLE)}', oid::regtype) from pg_type
    where typnamespace in (select oid from ours) and typtype in ('e', 'd')`;
  return rows.map(({ statement }) => statement);
}
