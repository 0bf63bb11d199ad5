import type { ActivityTargetRecord } from "#src/connector-kit/contract/records.ts";
import { isObject, type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { identityOf } from "./audit-actor.ts";
import { namedValue, numberIn } from "./audit-record.ts";

type Target = ActivityTargetRecord;

/** What it was done to: the thing itself first, then people, then what holds it. */
export function targetsOf(record: Json, service: string | null): Target[] {
  const targets = [
    ...thingIn(record),
    ...inDirectory(record),
    ...people(record),
    ...containers(record),
    ...(service ? [{ type: "Service", id: textOf(record.Workload), name: service }] : []),
  ];
  const seen = new Set<string>();
  return targets.filter(({ type, id, name }) => {
    const key = `${type} ${id ?? ""} ${name ?? ""}`;
    return (id || name) && !seen.has(key) && seen.add(key);
  });
}

function target(type: string, name: unknown, id?: unknown): Target[] {
  const one = { type, id: textOf(id), name: textOf(name) };
  return one.id || one.name ? [one] : [];
}

/** By record type: what `ObjectId` and its neighbours are. */
function thingIn(record: Json): Target[] {
  const { ObjectId, ItemType, SourceFileName } = record;
  switch (numberIn(record.RecordType)) {
    case 8:
    case 9:
    case 15:
      return record.ApplicationId || numberIn(record.RecordType) === 15
        ? target("App", record.ApplicationName, record.ApplicationId ?? ObjectId)
        : [];
    case 1:
    case 18:
      return target("Object", textOf(ObjectId) ?? namedValue(record.Parameters, "Identity", "Name", "Mailbox"));
    case 2:
    case 3:
    case 50:
      return messages(record);
    case 25:
    case 57:
      return [
        ...target("Setting", record.Name),
        ...target("App", record.AddOnName, record.AddOnGuid),
        ...target("Chat", record.ChatName, record.ChatThreadId),
      ];
    default: {
      const name =
        SourceFileName ??
        record.FileName ??
        record.ItemName ??
        record.ListTitle ??
        record.FormName ??
        record.ActionName;
      const type = textOf(ItemType) ?? (SourceFileName ? "File" : "Object");
      return target(/^\d+$/.test(type) ? "Object" : type, name || lastOf(ObjectId), ObjectId);
    }
  }
}

/** `https://acme.sharepoint.com/sites/plans/Budget.xlsx` → `Budget.xlsx`; any other id as it is. */
function lastOf(objectId: unknown): string | null {
  const text = textOf(objectId);
  const url = text?.startsWith("http") ? URL.parse(text) : null;
  if (!url) return text;
  const last = url.pathname.split("/").filter(Boolean).at(-1);
  return last ? decoded(last) : url.hostname;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not every address is well formed.
    return text;
  }
}

/** Subjects of the messages; ids are those of the store. At most twenty: aggregated records hold thousands. */
function messages(record: Json): Target[] {
  const items = [record.Item, ...listOf(record.AffectedItems)].filter(isObject);
  const inFolders = listOf(record.Folders)
    .filter(isObject)
    .flatMap(({ FolderItems }) => listOf(FolderItems).filter(isObject));
  return [...items, ...inFolders]
    .slice(0, 20)
    .flatMap(({ Subject, Id, InternetMessageId }) => target("Message", Subject, InternetMessageId ?? Id));
}

/** `Target` of the directory's records. */
function inDirectory(record: Json): Target[] {
  if (!Array.isArray(record.Target)) return [];
  const { id, servicePrincipal, upn, name } = identityOf(record.Target);
  const kinds = listOf(record.Target)
    .filter(isObject)
    .map(({ ID }) => textOf(ID));
  const kind = ["User", "Group", "ServicePrincipal", "Application", "Role", "Device", "Policy"].find((one) =>
    kinds.includes(one),
  );
  return target(
    kind ?? (upn ? "User" : "Object"),
    upn ?? name ?? (kind ? record.ObjectId : null),
    id ?? servicePrincipal,
  );
}

/** With whom something was shared, who was added, whose mailbox it was. */
function people(record: Json): Target[] {
  const { TargetUserOrGroupName, TargetUserOrGroupType, MailboxOwnerUPN, MailboxGuid, Invitee } = record;
  const members = listOf(record.Members).filter(isObject).slice(0, 20);
  return [
    ...target(textOf(TargetUserOrGroupType) ?? "User", TargetUserOrGroupName),
    ...members.flatMap(({ UPN, DisplayName }) => target("User", UPN ?? DisplayName)),
    ...target("User", Invitee),
    ...target("Mailbox", MailboxOwnerUPN, MailboxGuid),
  ];
}

function containers(record: Json): Target[] {
  const { SiteUrl, Site, TeamName, TeamGuid, ChannelName, ChannelGuid, WorkSpaceName, WorkspaceId } = record;
  const folder = objectOf(record.Folder);
  return [
    ...target("Folder", folder.Path, folder.Id),
    ...target("Team", TeamName, TeamGuid),
    ...target("Channel", ChannelName, ChannelGuid),
    ...target("Workspace", WorkSpaceName, WorkspaceId),
    ...target("Site", SiteUrl, Site),
  ];
}
