import type { Sql } from "postgres";
import type { Policy } from "#db/tables/policies.ts";
import type { Finding } from "#src/detection/alerts/raise.ts";
import { InvalidInputsError } from "#src/errors.ts";
import { loadMatchingApps, type OAuthAppFilter, type OAuthAppRow } from "#src/inventory/oauth-apps/list.ts";
import { postgresJson } from "#src/platform/text.ts";
import type { LogEntry } from "#src/realtime/tailer.ts";
import { Problems } from "./problems.ts";
import { decodeScope } from "./scope.ts";
import { readAppFilter } from "./stored-filter.ts";

/** A policy over apps, ready to be tried on an instance. */
export interface AppRule {
  policy: Policy;
  filter: OAuthAppFilter;
  isAbout(instanceId: number): boolean;
}

/** Throws InvalidInputsError when the stored policy cannot be understood (any more). */
export function compileAppRule(policy: Policy): AppRule {
  const problems = new Problems();
  const filter = readAppFilter(policy.filter ?? {}, ["filter"], problems);
  if (problems.found.length > 0) throw new InvalidInputsError(problems.found);
  const include = decodeScope(policy.include, ["include"]);
  const exclude = decodeScope(policy.exclude, ["exclude"]);
  const isAbout = (instanceId: number) =>
    !exclude?.instances.has(instanceId) && (!include?.instances.size || include.instances.has(instanceId));
  return { policy, filter, isAbout };
}

/** Instances of which some batches say that a scan of their apps has ended. */
export async function scannedInstances(sql: Sql, entries: readonly LogEntry[]): Promise<number[]> {
  const scans = entries.filter(({ topic, scanId }) => topic === "scan" && scanId !== null);
  if (scans.length === 0) return [];
  const rows = await sql<{ instanceId: number }[]>`
    select distinct c.instance_id as "instanceId" from scans c
    where (c.instance_id, c.id) in (select * from unnest(${scans.map(({ instanceId }) => instanceId)}::int[], ${scans.map(({ scanId }) => scanId)}::bigint[]))
      and c.stream = 'OAUTH_APPS' and c.status = 'SUCCEEDED' order by 1`;
  return rows.map(({ instanceId }) => instanceId);
}

/**
 * Apps that match and did not when it was last looked, and those whose scopes have grown since. What was reported is kept, so that looking
 * again finds nothing; an app that no longer matches is forgotten, and reported again when it does.
 */
export async function findApps(
  sql: Sql,
  rules: readonly AppRule[],
  instanceIds: readonly number[],
  now: Date,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const instanceId of instanceIds)
    for (const rule of rules)
      if (rule.isAbout(instanceId)) findings.push(...(await findIn(sql, rule, instanceId, now)));
  return findings;
}

async function findIn(sql: Sql, { policy, filter }: AppRule, instanceId: number, now: Date): Promise<Finding[]> {
  const apps = await loadMatchingApps(sql, instanceId, filter);
  const told = await sql<{ appId: string; scopes: string[] }[]>`
    select app_id as "appId", scopes from policy_apps where policy_id = ${policy.id} and instance_id = ${instanceId}`;
  const before = new Map(told.map(({ appId, scopes }) => [appId, scopes]));
  const findings = apps.flatMap((app) => {
    const known = before.get(app.externalId);
    const added = known ? app.scopes.filter((scope) => !known.includes(scope)) : [];
    return known && added.length === 0 ? [] : [findingOf(policy, app, known ? added : null, now)];
  });
  await sql`delete from policy_apps where policy_id = ${policy.id} and instance_id = ${instanceId} and not app_id = any(${apps.map((app) => app.externalId)}::text[])`;
  await sql`
    insert into policy_apps (policy_id, instance_id, app_id, scopes)
    select ${policy.id}, ${instanceId}, r.id, array(select json_array_elements_text(r.scopes))
    from json_to_recordset(${postgresJson(apps.map((app) => ({ id: app.externalId, scopes: app.scopes })))}::text::json) as r(id text, scopes json)
    on conflict (policy_id, instance_id, app_id) do update set scopes = excluded.scopes`;
  return findings;
}

function findingOf(policy: Policy, app: OAuthAppRow, addedScopes: string[] | null, now: Date): Finding {
  return {
    instanceId: app.instanceId,
    kind: "POLICY",
    policyId: policy.id,
    oauthAppId: app.externalId,
    severity: policy.severity,
    title: `${policy.name}: ${app.name}`,
    explanation: {
      rule: addedScopes ? "scopes" : "app",
      publisher: app.publisher,
      permissionLevel: app.permissionLevel,
      scopes: app.scopes,
      ...(addedScopes ? { addedScopes } : {}),
    },
    evidence: [],
    dedupKey: `policy/${policy.id}/app/${app.externalId}`,
    occurredAt: now,
  };
}
