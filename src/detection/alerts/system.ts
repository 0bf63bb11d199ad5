import { type Db, rawSql } from "#db/client.ts";
import { announceAlerts, type Finding, type Raised, raiseAlerts } from "./raise.ts";

const dayMs = 24 * 60 * 60_000;
/** Days before the end of a credential at which an admin is warned. */
const warnDays = [14, 7, 1];

/** Connections of instances broke: in the queue where threats are, since nobody looks for it elsewhere. The caller announces what is returned. */
export async function alertConnectionsFailed(
  tx: Db,
  failures: readonly { instanceId: number; reason: string; occurredAt: Date }[],
  now: Date,
): Promise<Raised[]> {
  if (failures.length === 0) return [];
  const rows = await rawSql(tx)<{ id: number; name: string }[]>`
    select id, name from instances where id = any(${failures.map(({ instanceId }) => instanceId)})`;
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return raiseAlerts(
    tx,
    failures
      .filter(({ instanceId }) => names.has(instanceId))
      .map(({ instanceId, reason, occurredAt }) => ({
        instanceId,
        kind: "SYSTEM" as const,
        policyId: null,
        severity: "HIGH" as const,
        title: `The connection of "${names.get(instanceId)}" fails`,
        explanation: { reason, effect: "Nothing is read from this instance until it is connected again." },
        evidence: [],
        dedupKey: "system/connection",
        occurredAt,
      })),
    now,
  );
}

/**
 * A complete listing named far fewer records than are known, and nothing was concluded from it: one alert for each stream or part as long as
 * it is unresolved. The caller announces what is returned.
 */
export async function alertListingHeld(
  tx: Db,
  scan: { instanceId: number; id: number; stream: string; part: string; reason: string },
  now: Date,
): Promise<Raised[]> {
  const [instance] = await rawSql(tx)<{ name: string }[]>`select name from instances where id = ${scan.instanceId}`;
  const listing = scan.part === "" ? scan.stream : `${scan.stream} (${scan.part})`;
  return raiseAlerts(
    tx,
    [
      {
        instanceId: scan.instanceId,
        kind: "SYSTEM",
        policyId: null,
        severity: "MEDIUM",
        title: `A listing of "${instance?.name ?? scan.instanceId}" is far too short: ${listing}`,
        explanation: {
          reason: scan.reason,
          stream: scan.stream,
          part: scan.part === "" ? null : scan.part,
          remedy: "Check the app. If the records were really deleted, confirm it with confirmListing.",
        },
        evidence: [],
        dedupKey: `system/listing/${scan.stream}/${scan.part}`,
        occurredAt: now,
      },
    ],
    now,
  );
}

/** A policy was switched off because it matched too often. The caller announces what is returned. */
export function alertPolicyOverloaded(
  tx: Db,
  policy: { id: number; name: string },
  instanceId: number,
  facts: { reason: string; count: number; limit: number; span: string },
  now: Date,
): Promise<Raised[]> {
  return raiseAlerts(
    tx,
    [
      {
        instanceId,
        kind: "SYSTEM",
        policyId: policy.id,
        severity: "HIGH",
        title: `The policy "${policy.name}" was disabled: ${facts.count.toLocaleString("en")} matches in ${facts.span}`,
        explanation: { ...facts, effect: "The policy is not evaluated until it is enabled again." },
        evidence: [],
        dedupKey: `system/policy/${policy.id}`,
        occurredAt: now,
      },
    ],
    now,
  );
}

/** Actions of policies wait for a person: one alert a day for each policy and instance. The caller announces what is returned. */
export function alertCapReached(
  tx: Db,
  held: readonly { policy: { id: number; name: string }; instanceId: number; cap: number; count: number }[],
  now: Date,
): Promise<Raised[]> {
  return raiseAlerts(
    tx,
    held.map(({ policy, instanceId, cap, count }) => ({
      instanceId,
      kind: "SYSTEM" as const,
      policyId: policy.id,
      severity: "HIGH" as const,
      title: `Actions of the policy "${policy.name}" wait for approval${cap > 0 ? `: it has reached its cap of ${cap} targets a day` : ""}`,
      explanation: { maxTargetsPerDay: cap, remedy: "Approve or cancel the actions that await approval." },
      evidence: [],
      dedupKey: `system/cap/${policy.id}/${now.toISOString().slice(0, 10)}`,
      occurrences: count,
      occurredAt: now,
    })),
    now,
  );
}

/** Credentials that an admin must renew by hand and that end soon: one alert at each step of `warnDays`, however often this runs. */
export async function alertExpiringCredentials(db: Db, now: Date): Promise<void> {
  await db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const soon = new Date(now.getTime() + Math.max(...warnDays) * dayMs).toISOString();
    const expiring = await rawSql(tx)<{ id: number; name: string; expiresAt: string; reported: string[] }[]>`
      select i.id, i.name, i.credential_expires_at as "expiresAt",
        array(select a.dedup_key from alerts a where a.instance_id = i.id and a.dedup_key like 'system/credential/%') as reported
      from instances i where i.status in ('CONNECTED', 'ERROR') and i.credential_expires_at <= ${soon}::timestamptz`;
    const findings = expiring.map((one) => credentialFinding(one, now)).filter((finding) => finding !== null);
    await announceAlerts(tx, await raiseAlerts(tx, findings, now));
  });
}

function credentialFinding(
  instance: { id: number; name: string; expiresAt: string; reported: string[] },
  now: Date,
): Finding | null {
  const expiresAt = new Date(instance.expiresAt);
  const days = (expiresAt.getTime() - now.getTime()) / dayMs;
  const step = warnDays.filter((limit) => days <= limit).at(-1);
  const dedupKey = `system/credential/${expiresAt.toISOString()}/${step}`;
  if (step === undefined || instance.reported.includes(dedupKey)) return null;
  return {
    instanceId: instance.id,
    kind: "SYSTEM",
    policyId: null,
    severity: step === 1 ? "HIGH" : "MEDIUM",
    title: `The credential of "${instance.name}" ${days <= 0 ? "has expired" : `expires in ${Math.ceil(days)} day${Math.ceil(days) === 1 ? "" : "s"}`}`,
    explanation: {
      expiresAt: expiresAt.toISOString(),
      remedy: "Renew it at the provider and enable the instance with the new settings.",
    },
    evidence: [],
    dedupKey,
    occurredAt: now,
  };
}
