import { type Db, rawSql } from "#db/client.ts";
import type { GovernanceAction } from "#db/tables/governance.ts";
import type { Instance } from "#db/tables/instances.ts";
import type { ActionResult } from "#src/connector-kit/contract/actions.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { type DigestKind, isDigest } from "#src/detection/policies/action-kinds.ts";
import type { NotificationParameters } from "#src/detection/policies/action-parameters.ts";
import { ConflictError } from "#src/errors.ts";
import { type MailContent, renderMail } from "#src/platform/mail/render.ts";
import { sendMail } from "#src/platform/mail/send.ts";
import { whose } from "./facts.ts";
import type { ActionKey } from "./list.ts";
import { queueActions } from "./store.ts";

/** Minutes for which mails of policies to one person are collected, unless the policy sets another number. */
export const defaultDigestMinutes = 60;

/** Files that one mail names. */
const maxNamed = 50;

/** Whether an action is one of those of which many are one mail: a policy asked for it. */
export function isCollected({ kind, policyId }: { kind: string; policyId?: number | null }): boolean {
  return isDigest(kind) && policyId != null;
}

/** When a mail that a policy asks for is due. */
export function digestDue(parameters: Record<string, unknown> | null | undefined, now: Date): Date {
  const { digestMinutes = defaultDigestMinutes } = (parameters ?? {}) as NotificationParameters;
  return new Date(now.getTime() + digestMinutes * 60_000);
}

/**
 * Before an action begins: mails to the same person, in the same words, become part of its mail. Held until the caller commits, so that of several
 * that are due at once one collects the others; an action that has begun before collects no more, since its mail may be out.
 */
export async function lockRecipient(tx: Db, { instanceId, id }: ActionKey): Promise<void> {
  const sql = rawSql(tx);
  const [row] = await sql<{ kind: DigestKind; email: string | null }[]>`
    select g.kind, ${recipient(tx)} as email from governance_actions g ${people(tx)}
    where g.instance_id = ${instanceId} and g.id = ${id} and g.policy_id is not null`;
  if (!row?.email || !isDigest(row.kind)) return;
  const name = `digest ${instanceId} ${row.kind} ${row.email.toLowerCase()}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}

/** Files of the instance `g.instance_id` with their people. */
const people = (tx: Db) => rawSql(tx)`
  left join files f on f.instance_id = g.instance_id and f.external_id = g.file_id
  left join users u on u.instance_id = g.instance_id and u.external_id = case when g.kind = 'NOTIFY_FILE_OWNER' then f.owner_id else f.editor_id end`;
const recipient = (tx: Db) => rawSql(tx)`u.email`;

/** Claims the waiting mails that go with this one. The caller holds the lock of `lockRecipient`. */
export async function collectMails(tx: Db, action: GovernanceAction): Promise<void> {
  if (!isCollected(action) || action.attempts > 1) return;
  await rawSql(tx)`
    update governance_actions set digest_of = ${action.id} where instance_id = ${action.instanceId} and id in (
      select g.id from governance_actions g ${people(tx)}
      where g.instance_id = ${action.instanceId} and g.kind = ${action.kind} and g.status = 'QUEUED' and g.digest_of is null and g.policy_id is not null
        and g.id <> ${action.id} and g.attempts = 0 and g.parameters = (select parameters from governance_actions where instance_id = ${action.instanceId} and id = ${action.id})
        and lower(${recipient(tx)}) = (select lower(${recipient(tx)}) from governance_actions g ${people(tx)} where g.instance_id = ${action.instanceId} and g.id = ${action.id}))`;
}

/** Ends what was part of this one's mail as it ended itself. Returns their ids. */
export async function endCollected(
  tx: Db,
  core: Pick<Core, "now">,
  { instanceId, id }: ActionKey,
  end: { status: "SUCCEEDED" | "FAILED"; error: string | null },
): Promise<number[]> {
  const rows = await rawSql(tx)<{ id: string }[]>`
    update governance_actions set status = ${end.status}, error = ${end.error}, finished_at = ${core.now().toISOString()}::timestamptz,
      changed = case when ${end.status} = 'SUCCEEDED' then 'YES' end, attempts = 1
    where instance_id = ${instanceId} and digest_of = ${id} and status = 'QUEUED' returning id`;
  return rows.map((row) => Number(row.id));
}

/** What was part of mails that a person cancelled goes out by itself. Returns what was queued. */
export async function releaseCollected(
  tx: Db,
  core: Pick<Core, "boss">,
  cancelled: readonly ActionKey[],
): Promise<ActionKey[]> {
  const rows = await rawSql(tx)<{ instanceId: number; id: string }[]>`
    update governance_actions set digest_of = null where status = 'QUEUED' and (instance_id, digest_of) in (
      select * from unnest(${cancelled.map(({ instanceId }) => instanceId)}::int[], ${cancelled.map(({ id }) => id)}::bigint[]))
    returning instance_id as "instanceId", id`;
  const keys = rows.map(({ instanceId, id }) => ({ instanceId, id: Number(id) }));
  await queueActions(tx, core, keys);
  return keys;
}

interface Named {
  name: string;
  path: string | null;
  sharing: string | null;
  policy: string | null;
  detectors: string[] | null;
}

/** One mail to the owner or the last editor, about the file and those that were collected with it. */
export async function notifyPerson(core: Core, action: GovernanceAction, instance: Instance): Promise<ActionResult> {
  const sql = rawSql(core.db);
  const [person] = await sql<{ email: string | null }[]>`
    select ${recipient(core.db)} as email from governance_actions g ${people(core.db)}
    where g.instance_id = ${action.instanceId} and g.id = ${action.id}`;
  const email = person?.email;
  if (!email) throw new ConflictError(`${whose(action.kind)} has no known e-mail address.`);
  if (action.notified.includes(email)) return { changed: true };
  const files = await sql<Named[]>`
    select f.name, f.path, f.sharing, p.name as policy,
      (select array_agg(m.detector order by m.detector) from file_matches m where m.instance_id = g.instance_id and m.file_id = g.file_id) as detectors
    from governance_actions g join files f on f.instance_id = g.instance_id and f.external_id = g.file_id left join policies p on p.id = g.policy_id
    where g.instance_id = ${action.instanceId} and (g.id = ${action.id} or (g.digest_of = ${action.id} and g.status = 'QUEUED')) order by g.id`;
  const mail = renderMail(contentOf(action, instance, files));
  await sendMail(core, { ...mail, to: email, key: `governance/${action.instanceId}/${action.id}/${email}` });
  await sql`
    update governance_actions set notified = array_append(notified, ${email}) where instance_id = ${action.instanceId} and id = ${action.id}`;
  return { changed: true };
}

function contentOf(action: GovernanceAction, instance: Instance, files: readonly Named[]): MailContent {
  const { subject, message } = action.parameters as NotificationParameters;
  const app = connectorBySlug(instance.connectorSlug)?.manifest.name ?? instance.connectorSlug;
  const [first] = files;
  const about = files.length === 1 ? `your file ${first?.name}` : `${files.length} of your files`;
  const policies = [...new Set(files.flatMap(({ policy }) => policy ?? []))];
  return {
    subject: subject ?? `About ${about} in ${app}`,
    message:
      message ??
      (action.policyId === null
        ? `Your administrators ask you to look at ${about} in ${app}.`
        : `A policy of your organisation applies to ${about} in ${app}. Check how it is shared, and what it contains.`),
    facts: [
      ...files.slice(0, maxNamed).map((file, index): [string, string] => [`File ${index + 1}`, lineOf(file)]),
      ...(files.length > maxNamed ? [["And", `${files.length - maxNamed} more`] as [string, string]] : []),
      ["App", instance.name === app ? app : `${app} (${instance.name})`],
      ...(policies.length > 0 ? [["Policy", policies.join(", ")] as [string, string]] : []),
    ],
    footer: `Sent by Gatehouse, asked for by ${action.requestedBy}.`,
  };
}

const levels: Readonly<Record<string, string>> = {
  PUBLIC: "anyone can open it",
  EXTERNAL: "shared with people outside the organisation",
  INTERNAL: "shared inside the organisation",
  PRIVATE: "not shared",
};

/** Detectors, never what they found: mail is read elsewhere. */
function lineOf({ name, path, sharing, detectors }: Named): string {
  const facts = [sharing && levels[sharing], detectors && `contains: ${detectors.join(", ")}`].filter((fact) => fact);
  return `${path ?? name}${facts.length > 0 ? ` (${facts.join("; ")})` : ""}`;
}
