import { type Db, rawSql } from "#db/client.ts";
import type { GovernanceAction } from "#db/tables/governance.ts";
import type { Instance } from "#db/tables/instances.ts";
import type { ActionResult } from "#src/connector-kit/contract/actions.ts";
import { connectorBySlug } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import type { NotificationParameters } from "#src/detection/policies/action-parameters.ts";
import { ConflictError, MailRefusedError } from "#src/errors.ts";
import { type MailContent, renderMail } from "#src/platform/mail/render.ts";
import { sendMail } from "#src/platform/mail/send.ts";

interface Facts {
  login: string | null;
  email: string | null;
  displayName: string | null;
  policy: string | null;
  policyDescription: string | null;
  severity: string | null;
  alertTitle: string | null;
  occurrences: number | null;
  lastOccurredAt: string | null;
  mitreTechniques: string[] | null;
  file: string | null;
}

/**
 * Writes to each address that has not got this mail yet. Each is noted as soon as the mail server has taken the mail, so that a later
 * attempt goes on behind it. A worker that dies between the server's 250 and our note is followed by one that writes to that address again,
 * with the same Message-ID: mail cannot be asked whether it arrived.
 */
export async function notify(
  core: Core,
  action: GovernanceAction,
  instance: Instance,
  signal: AbortSignal,
): Promise<ActionResult> {
  const parameters = action.parameters as NotificationParameters;
  const facts = await factsOf(core.db, action);
  const mail = renderMail(contentOf(core, action, instance, facts));
  const addresses = action.kind === "NOTIFY_USER" ? [facts.email] : (parameters.addresses ?? []);
  const refusals: string[] = [];
  for (const address of addresses) {
    if (address === null) throw new ConflictError("The account has no e-mail address to write to.");
    if (action.notified.includes(address)) continue;
    signal.throwIfAborted();
    try {
      await sendMail(core, { ...mail, to: address, key: `governance/${action.instanceId}/${action.id}/${address}` });
    } catch (error) {
      if (!(error instanceof MailRefusedError)) throw error;
      refusals.push(`${address}: ${error.message}`);
      continue;
    }
    await noteNotified(core.db, action, address);
  }
  if (refusals.length > 0) throw new MailRefusedError(refusals.join(" ").slice(0, 1000));
  return { changed: true };
}

async function noteNotified(db: Db, { instanceId, id }: GovernanceAction, address: string): Promise<void> {
  await rawSql(
    db,
  )`update governance_actions set notified = array_append(notified, ${address}) where instance_id = ${instanceId} and id = ${id}`;
}

async function factsOf(db: Db, { instanceId, id }: GovernanceAction): Promise<Facts> {
  const [row] = await rawSql(db)<Facts[]>`
    select u.login, u.email, u.display_name as "displayName", p.name as policy, p.description as "policyDescription",
      coalesce(a.severity, p.severity) as severity, a.title as "alertTitle", a.occurrences, a.last_occurred_at as "lastOccurredAt",
      p.mitre_techniques as "mitreTechniques", coalesce(f.path, f.name) as file
    from governance_actions g
    left join users u on u.instance_id = g.instance_id and u.external_id = g.user_id
    left join alerts a on a.instance_id = g.instance_id and a.id = g.alert_id
    left join policies p on p.id = g.policy_id
    left join files f on f.instance_id = g.instance_id and f.external_id = g.file_id
    where g.instance_id = ${instanceId} and g.id = ${id}`;
  return row as Facts;
}

function contentOf(core: Core, action: GovernanceAction, instance: Instance, facts: Facts): MailContent {
  const { subject, message } = action.parameters as NotificationParameters;
  const app = connectorBySlug(instance.connectorSlug)?.manifest.name ?? instance.connectorSlug;
  const toUser = action.kind === "NOTIFY_USER";
  const what = facts.alertTitle ?? facts.policy ?? "A message from your administrators";
  const names = new Set([facts.displayName, facts.login, facts.email ?? action.userId].filter((name) => name !== null));
  const all: [string, string | null][] = [
    ["What", facts.alertTitle],
    ["Account", [...names].join(", ") || null],
    ["File", facts.file],
    ["App", instance.name === app ? app : `${app} (${instance.name})`],
    [
      "When",
      facts.lastOccurredAt && `${new Date(facts.lastOccurredAt).toISOString().slice(0, 19).replace("T", " ")} UTC`,
    ],
    ["Times", facts.occurrences !== null && facts.occurrences > 1 ? String(facts.occurrences) : null],
    ["Severity", toUser ? null : (facts.severity?.toLowerCase() ?? null)],
    ["Policy", facts.policy],
    ["About the policy", toUser ? null : facts.policyDescription],
    ["MITRE ATT&CK", toUser ? null : (facts.mitreTechniques?.join(", ") ?? null)],
    ["Gatehouse", toUser ? null : core.publicUrl],
  ];
  return {
    subject: subject ?? (toUser ? `About your ${app} account: ${what}` : `${instance.name}: ${what}`),
    message:
      message ??
      (toUser
        ? `Something happened with your ${app} account that your administrators want you to know about. If it was not you, or you do not understand it, tell them.`
        : "A policy asked Gatehouse to write to you."),
    facts: all.filter((fact): fact is [string, string] => fact[1] !== null && fact[1] !== ""),
    footer: `Sent by Gatehouse, asked for by ${action.requestedBy}.`,
  };
}
