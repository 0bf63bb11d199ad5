import { type Db, rawSql } from "#db/client.ts";
import type { MatchEnd } from "#db/tables/file-policies.ts";
import type { Core } from "#src/core.ts";
import { filterAt, filterSql } from "#src/inventory/files/filter.ts";
import { enqueue } from "#src/platform/queue.ts";
import type { AccountKey } from "#src/query/ids.ts";
import { endMatches, type OpenMatch } from "./matches.ts";
import type { FileRule } from "./rule.ts";
import type { FileRuleSet } from "./rule-set.ts";

/** Files that one transaction passes, and matches that it looks at: a page of a scan may wait for it. */
const filesTried = 5000;
const matchesTried = 1000;

/** Has a policy applied to the stored files, from the beginning, in the caller's transaction. After every change that concerns what it matches. */
export async function requestFileRun(tx: Db, core: Pick<Core, "boss">, policyId: number): Promise<void> {
  const [row] = await rawSql(tx)<{ revision: number }[]>`
    insert into file_policy_runs as r (policy_id) values (${policyId})
    on conflict (policy_id) do update set revision = r.revision + 1, phase = 'MATCHES', reached_match = 0, reached_instance = 0, reached_file = '', finished_at = null
    returning revision`;
  await enqueue(core.boss, tx, "policies.applyToFiles", { policyId }, { key: `${policyId}/${row!.revision}` });
}

/** Policies that can come to match although no file changes are applied again every day. */
export async function requestDailyRuns(core: Core, rules: FileRuleSet): Promise<void> {
  const since = new Date(core.now().getTime() - 24 * 60 * 60_000).toISOString();
  for (const { policy, changesByItself } of rules.byPolicy.values()) {
    if (!changesByItself) continue;
    await core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const [due] = await rawSql(tx)`
        select 1 from file_policy_runs where policy_id = ${policy.id} and finished_at < ${since}::timestamptz for update skip locked`;
      if (due) await requestFileRun(tx, core, policy.id);
    });
  }
}

/** Where a run stands. */
export interface FileRun {
  policyId: number;
  phase: "MATCHES" | "FILES";
  reachedMatch: number;
  reachedInstance: number;
  reachedFile: string;
  /** Of the policy; null when it was deleted. */
  enabled: boolean | null;
}

/**
 * The run of a policy, locked with the policy until the caller commits; null when there is nothing left to do. The policy comes first: so do those who
 * change it.
 */
export async function lockFileRun(tx: Db, policyId: number): Promise<FileRun | null> {
  const sql = rawSql(tx);
  const [policy] = await sql<{ enabled: boolean }[]>`
    select enabled from policies where id = ${policyId} for no key update`;
  const [run] = await sql<Omit<FileRun, "enabled">[]>`
    select policy_id as "policyId", phase, reached_match::float8 as "reachedMatch", reached_instance as "reachedInstance", reached_file as "reachedFile"
    from file_policy_runs where policy_id = ${policyId} and finished_at is null for update`;
  return run ? { ...run, enabled: policy?.enabled ?? null } : null;
}

/** The next files to look at again; empty when the step found none. Notes how far it came, in the caller's transaction. */
export async function advanceFileRun(tx: Db, run: FileRun, rule: FileRule | null, now: Date): Promise<AccountKey[]> {
  if (run.phase === "FILES") return nextFiles(tx, run, rule!, now);
  const sql = rawSql(tx);
  const matches = await sql<OpenMatch[]>`
    select instance_id as "instanceId", file_id as "externalId", id::float8 as id, policy_id as "policyId" from file_policy_matches
    where policy_id = ${run.policyId} and ended_at is null and id > ${run.reachedMatch}::bigint order by id limit ${matchesTried}`;
  const last = matches.at(-1);
  if (last) {
    await sql`update file_policy_runs set reached_match = ${last.id}::bigint where policy_id = ${run.policyId}`;
    if (rule) return [...matches];
    const reason: MatchEnd = "POLICY_DISABLED";
    await endMatches(
      sql,
      matches.map((match) => ({ ...match, reason })),
      now,
    );
  } else if (rule) await sql`update file_policy_runs set phase = 'FILES' where policy_id = ${run.policyId}`;
  else await finish(tx, run, now);
  return [];
}

/** Passes so many files in the order of their key, and returns those that the filter wants. */
async function nextFiles(tx: Db, run: FileRun, { filter }: FileRule, now: Date): Promise<AccountKey[]> {
  const sql = rawSql(tx);
  const instances = filter.instanceIds ?? null;
  const [passed] = await sql<{ last: AccountKey | null; found: AccountKey[] | null }[]>`
    with passed as materialized (
      select instance_id, external_id from files
      where (instance_id, external_id) > (${run.reachedInstance}, ${run.reachedFile}::text)
        and ${instances === null ? sql`true` : sql`instance_id = any(${instances}::int[])`}
      order by instance_id, external_id limit ${filesTried}
    )
    select
      (select json_build_object('instanceId', instance_id, 'externalId', external_id) from passed order by instance_id desc, external_id desc limit 1) as last,
      (select json_agg(json_build_object('instanceId', f.instance_id, 'externalId', f.external_id)) from passed p
        join files f on f.instance_id = p.instance_id and f.external_id = p.external_id
        where f.removed_at is null and ${filterSql(sql as never, filterAt(filter, now))}) as found`;
  if (!passed?.last) {
    await finish(tx, run, now);
    return [];
  }
  const { last, found } = passed;
  await sql`
    update file_policy_runs set reached_instance = ${last.instanceId}, reached_file = ${last.externalId} where policy_id = ${run.policyId}`;
  return found ?? [];
}

async function finish(tx: Db, { policyId, enabled }: FileRun, now: Date): Promise<void> {
  const sql = rawSql(tx);
  if (enabled === null) await sql`delete from file_policy_runs where policy_id = ${policyId}`;
  else
    await sql`update file_policy_runs set finished_at = ${now.toISOString()}::timestamptz where policy_id = ${policyId}`;
}
