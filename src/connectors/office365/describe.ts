import type { ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { inWords } from "#src/connector-kit/event-names.ts";
import { isObject, type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { sentence } from "#src/connector-kit/sentence.ts";
import { namedValue } from "./audit-record.ts";

interface Described {
  record: Json;
  operation: string;
  service: string | null;
  actor: ActorRecord | null;
  targets: readonly ActivityTargetRecord[];
  reason: string | null;
}

const fallbacks = {
  ...{ actor: "someone", target: "something", person: "somebody", people: "somebody", mailbox: "a mailbox" },
  ...{ service: "Microsoft 365", team: "a team", place: "a chat" },
};

/** Types of targets that hold something, or that stand for whom it concerns. */
const around = new Set([
  "Service",
  "Site",
  "Team",
  "Channel",
  "Workspace",
  "Folder",
  "Mailbox",
  "User",
  "Member",
  "Guest",
]);

const places: Readonly<Record<string, (about: Described) => string | null | undefined>> = {
  actor: ({ actor }) => actor?.name,
  target: ({ targets }) =>
    nameIn(targets, ({ type }) => !around.has(type)) ?? nameIn(targets, ({ type }) => type === "Site"),
  person: ({ record, targets }) =>
    namedValue(record.Parameters, "User", "Trustee", "Member", "Members", "Delegate") ??
    withLink(nameIn(targets, ({ type }) => /^(User|Member|Guest|Partner|SecurityGroup|SharePointGroup)$/.test(type))),
  people: ({ targets, actor }) => {
    const names = targets.flatMap(({ type, name }) => (type === "User" && name && name !== actor?.login ? [name] : []));
    return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
  },
  mailbox: ({ record, actor }) => {
    const owner =
      textOf(record.SendAsUserSmtp) ?? textOf(record.SendOnBehalfOfUserSmtp) ?? textOf(record.MailboxOwnerUPN);
    if (!owner) return null;
    return owner.toLowerCase() === actor?.login?.toLowerCase() ? "their own mailbox" : `the mailbox of ${owner}`;
  },
  service: ({ service }) => service,
  team: ({ record }) => textOf(record.TeamName),
  place: ({ record }) => {
    const [team, channel] = [textOf(record.TeamName), textOf(record.ChannelName)];
    if (team) return channel ? `${channel} of the team ${team}` : `the team ${team}`;
    return textOf(record.ChatName) ? `the chat ${record.ChatName}` : null;
  },
  setting: ({ record }) => {
    const [name, value] = [textOf(record.Name), textOf(record.NewValue)];
    return name && value ? `${name} is ${value}` : name;
  },
  change: ({ operation }) => inWords(operation).toLowerCase(),
  rule: ({ record }) => namedValue(record.Parameters, "Name", "Identity"),
  does: ({ record }) => doneBy(record),
  properties: ({ record }) => changedIn(record),
  policy: ({ record }) => textOf(objectOf(listOf(record.PolicyDetails)[0]).PolicyName),
  alert: ({ record }) => textOf(record.AlertDisplayName) ?? textOf(record.Name),
  subject: ({ record }) => textOf(record.Subject),
  reason: ({ reason }) => reason,
};

export function describe(described: Described, template: string): string {
  return sentence(template, (name) => places[name]?.(described), fallbacks);
}

/** Ids of messages say nothing to a reader. */
function nameIn(targets: readonly ActivityTargetRecord[], wanted: (target: ActivityTargetRecord) => boolean) {
  const found = targets.find((target) => wanted(target) && target.name) ?? targets.find(wanted);
  return found?.name ?? (found?.type === "Message" ? null : found?.id);
}

/** SharePoint keeps the people of a link as a group with a name of its own. */
function withLink(name: string | null | undefined): string | null | undefined {
  const [, audience] = /^SharingLinks\.[^.]+\.(Anonymous|Organization|Flexible)/.exec(name ?? "") ?? [];
  if (audience === undefined) return name;
  return (
    { Anonymous: "anyone who has a link", Organization: "people of the organisation who have a link" }[audience] ??
    "certain people who have a link"
  );
}

/** What an inbox rule does with the messages: the reasons why rules are worth a look. */
function doneBy({ Parameters }: Json): string | null {
  const to = namedValue(Parameters, "ForwardTo", "ForwardAsAttachmentTo", "RedirectTo");
  const folder = namedValue(Parameters, "MoveToFolder");
  const acts = [
    to && `forwards messages to ${to}`,
    namedValue(Parameters, "DeleteMessage") === "True" && "deletes messages",
    folder && `moves messages to ${folder}`,
  ].filter(Boolean);
  return acts.length > 0 ? acts.join(" and ") : null;
}

/** Parameters of a cmdlet with their values, or names of changed properties. */
function changedIn({ Parameters, ModifiedProperties }: Json): string {
  const parameters = listOf(Parameters)
    .filter(isObject)
    .filter(({ Name }) => !/^(Identity|Force|Confirm|DomainController|Organization)$/.test(textOf(Name) ?? ""))
    .map(({ Name, Value }) => `${Name} ${textOf(Value)?.slice(0, 80) ?? ""}`.trim());
  const properties = listOf(ModifiedProperties)
    .filter(isObject)
    .flatMap(({ Name }) => textOf(Name) ?? []);
  return [...parameters, ...properties].slice(0, 5).join(", ");
}
