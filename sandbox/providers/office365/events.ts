import { chance, originAt, mix as random, uuidAt } from "../../generator.ts";
import { groupName } from "../../kit/directory.ts";
import { type EntraPeople, isoSecond } from "../_microsoft/people.ts";
import { serviceName, signInPerson, signInRecord } from "../_microsoft/sign-ins.ts";
import { type EventType, mix, type Shape, signInType, typeNamed } from "./event-types.ts";

/** What differs about an event that happens now. */
export interface EventNote {
  type?: string;
  actor?: string;
  ip?: string;
  outcome?: "success" | "failure";
  /** The person it is about: an index. */
  user?: number;
  /** Fields that replace those of the record. */
  fields?: Record<string, unknown>;
}

/** An event with all that its record is made from. */
export interface Happening {
  people: EntraPeople;
  seed: number;
  tenantId: string;
  number: number;
  at: number;
  note: EventNote;
}

export function typeOf({ seed, number, note }: Happening): EventType {
  if (note.type) return typeNamed(note.type);
  return note.outcome || note.actor ? typeNamed(signInType) : mix.pick(random(seed, number, 841));
}

/** Who did it: a person by index, or undefined for anyone else. Administration is the work of a few. */
function personOf(event: Happening, type: EventType): number | undefined {
  const { people, seed, number, note } = event;
  if (type.signIn) return signInPerson(people, seed, number, note);
  if (note.actor) return people.find(note.actor);
  const isAdmin = type.audit ? type.audit.target !== "self" : /cmdlet|site/.test(type.unified?.shape ?? "");
  // Guests administer nothing.
  return random(seed, number, 842) % Math.max(1, Math.min(isAdmin ? 4 : 8, people.count));
}

/** As the control API names the actor: what the record has. */
export function actorOf(event: Happening): string {
  const type = typeOf(event);
  if (type.signIn === "servicePrincipal" || type.signIn === "managedIdentity")
    return serviceName(random(event.seed, event.number, 825) % 5);
  if (type.unified?.shape === "alert") return "SecurityComplianceAlerts";
  const person = personOf(event, type);
  return person === undefined ? (event.note.actor ?? "") : event.people.upnOf(person);
}

/** The id of the record in its log. */
export function idOf(event: Happening): string {
  const { seed, number, at } = event;
  const type = typeOf(event);
  if (type.audit) return `Directory_${uuidAt(seed, number, 843)}_${number}`;
  return uuidAt(seed ^ Math.floor(at / 1000), number, 826);
}

export function signInOf(event: Happening): Record<string, unknown> {
  const { people, seed, number, at, note } = event;
  return signInRecord(people, seed, { number, at, kind: typeOf(event).signIn!, note });
}

/** https://learn.microsoft.com/en-us/graph/api/resources/directoryaudit */
export function auditOf(event: Happening): Record<string, unknown> {
  const { people, seed, number, at, note } = event;
  const { type, audit } = typeOf(event);
  const person = personOf(event, typeOf(event)) ?? 0;
  const user = note.user ?? (audit!.target === "self" ? person : random(seed, number, 844) % Math.max(1, people.count));
  const failed = note.outcome === "failure" || (!note.type && chance(random(seed, number, 845), 3));
  return {
    id: idOf(event),
    category: audit!.category,
    correlationId: uuidAt(seed, number, 846),
    result: failed ? "failure" : "success",
    resultReason: failed ? "Insufficient privileges to complete the operation." : "",
    activityDisplayName: type,
    activityDateTime: isoSecond(at),
    loggedByService: "Core Directory",
    operationType: audit!.operation,
    initiatedBy: {
      user: {
        ...{ id: people.idOf(person), displayName: null, userPrincipalName: people.upnOf(person) },
        ipAddress: note.ip ?? originAt(seed, person, number).ip,
      },
      app: null,
    },
    targetResources: auditTargets(event, audit!.target, user),
    additionalDetails: [],
    ...note.fields,
  };
}

function auditTargets({ people, seed, number }: Happening, target: string, user: number): Record<string, unknown>[] {
  const property = (displayName: string, newValue: string) => ({
    ...{ displayName, oldValue: null },
    newValue: JSON.stringify(newValue),
  });
  const person = (modifiedProperties: unknown[] = []) => ({
    ...{ id: people.idOf(user), displayName: null, type: "User" },
    ...{ userPrincipalName: people.upnOf(user), modifiedProperties },
  });
  const choice = random(seed, number, 847);
  switch (target) {
    case "group":
      return [person([property("Group.DisplayName", groupName(choice % 6))])];
    case "role":
      return [person([property("Role.DisplayName", "Exchange Administrator")])];
    case "app":
      return [
        {
          id: uuidAt(seed, choice % 5, 848),
          displayName: serviceName(choice % 5),
          type: "ServicePrincipal",
          modifiedProperties: [],
        },
      ];
    case "policy":
      return [
        {
          id: uuidAt(seed, choice % 3, 849),
          displayName: "Require MFA for all users",
          type: "Policy",
          modifiedProperties: [],
        },
      ];
    default:
      return [person()];
  }
}

/** https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-schema#common-schema */
export function unifiedOf(event: Happening): Record<string, unknown> {
  const { people, seed, tenantId, number, at, note } = event;
  const { type, unified } = typeOf(event);
  const { recordType, workload, shape } = unified!;
  const person = personOf(event, typeOf(event));
  const { ip, agent } = originAt(seed, person ?? 0, number);
  const upn = actorOf(event);
  return {
    CreationTime: isoSecond(at).slice(0, 19),
    Id: idOf(event),
    Operation: type,
    OrganizationId: tenantId,
    RecordType: recordType,
    UserKey: upn,
    UserType: shape === "alert" ? 4 : shape === "cmdlet" ? 2 : 0,
    Version: 1,
    Workload: workload,
    ...(shape === "alert" ? {} : { ClientIP: shape === "cmdlet" ? `${note.ip ?? ip}:40021` : (note.ip ?? ip) }),
    UserId: upn,
    ...shapes[shape]({ ...event, upn, agent: agent.raw, other: people.upnOf(random(seed, number, 850) % 8) }),
    ...note.fields,
  };
}

interface Drawn extends Happening {
  upn: string;
  agent: string;
  other: string;
}

const files = ["Budget.xlsx", "Roadmap.pptx", "Contract.docx", "Salaries.xlsx", "Minutes.docx"];

const shapes: Record<Shape, (drawn: Drawn) => Record<string, unknown>> = {
  file: ({ seed, number, agent, people, upn }) => {
    const name = files[random(seed, number, 851) % files.length]!;
    const site = `https://${people.domain.split(".")[0]}-my.sharepoint.com/personal/${upn.split("@")[0]}/`;
    return {
      ...{ ObjectId: `${site}Documents/${name}`, EventSource: "SharePoint", ItemType: "File", SiteUrl: site },
      ...{ ListItemUniqueId: uuidAt(seed, number % 50, 852), SourceFileName: name, SourceRelativeUrl: "Documents" },
      ...{ SourceFileExtension: name.split(".")[1], UserAgent: agent },
      AppAccessContext: { AADSessionId: uuidAt(seed, number % 20, 853) },
    };
  },
  sharing: (drawn) => ({
    ...shapes.file(drawn),
    ...{ TargetUserOrGroupName: "lena.partner@partner.example", TargetUserOrGroupType: "Guest" },
  }),
  site: ({ people, other }) => ({
    ...{ ObjectId: `https://${people.domain.split(".")[0]}.sharepoint.com/sites/plans`, EventSource: "SharePoint" },
    ...{ ItemType: "Web", TargetUserOrGroupName: other, TargetUserOrGroupType: "Member" },
  }),
  mailbox: (drawn) => {
    const { seed, number, upn, other } = drawn;
    const isDelegated = other !== upn && (typeOf(drawn).type === "SendAs" || random(seed, number, 854) % 3 === 0);
    return {
      ...{ ResultStatus: "Succeeded", LogonType: isDelegated ? 2 : 0, InternalLogonType: 0, ExternalAccess: false },
      ...{ MailboxOwnerUPN: isDelegated ? other : upn, MailboxGuid: uuidAt(seed, number % 40, 855) },
      ...{ ClientInfoString: "Client=OWA;Action=ViaProxy", SessionId: uuidAt(seed, number % 30, 856) },
      Item: { Id: `RgAAAA${number}`, Subject: "Quarterly figures", ParentFolder: { Path: "\\Inbox" } },
    };
  },
  cmdlet: ({ other, people }) => ({
    ...{ ResultStatus: "True", ExternalAccess: false, ObjectId: other, OrganizationName: people.initialDomain },
    Parameters: [
      { Name: "Identity", Value: other },
      { Name: "User", Value: other },
    ],
  }),
  teams: ({ seed, number, other }) => ({
    ...{ TeamName: "Launch", TeamGuid: `19:${uuidAt(seed, 1, 857)}@thread.tacv2`, ChannelName: "General" },
    ...{ MessageId: String(1_700_000_000_000 + number), Name: "Allow guests", OldValue: "False", NewValue: "True" },
    Members: [{ DisplayName: other, Role: 1, UPN: other }],
  }),
  item: ({ seed, number }) => ({
    ...{
      ObjectId: uuidAt(seed, number % 9, 858),
      ItemName: "Sales overview",
      ResultStatus: "Success",
      IsSuccess: true,
    },
  }),
  signIn: ({ seed, number, agent, note, people, upn }) => ({
    ...{ ObjectId: "00000003-0000-0000-c000-000000000000", ResultStatus: "Success", AzureActiveDirectoryEventType: 1 },
    ...{
      ApplicationId: "d3590ed6-52b3-4102-aeff-aad2292ab01c",
      ErrorNumber: note.type === "UserLoginFailed" ? "50126" : "0",
    },
    ...(note.type === "UserLoginFailed" ? { LogonError: "InvalidUserNameOrPassword" } : {}),
    ExtendedProperties: [
      { Name: "UserAgent", Value: agent },
      { Name: "RequestType", Value: "OAuth2:Authorize" },
    ],
    DeviceProperties: [{ Name: "SessionId", Value: uuidAt(seed, number % 25, 859) }],
    Actor: [
      { ID: people.idOf(people.find(upn) ?? 0), Type: 0 },
      { ID: upn, Type: 5 },
    ],
  }),
  alert: ({ seed, number }) => ({
    ...{ AlertId: uuidAt(seed, number, 860), AlertType: "System", Category: "ThreatManagement", Severity: "Medium" },
    ...{ Name: "Creation of forwarding/redirect rule", Status: "Active", Source: "Office 365 Security & Compliance" },
  }),
  dlp: (drawn) => ({
    ...shapes.file(drawn),
    PolicyDetails: [
      { PolicyId: uuidAt(drawn.seed, 1, 861), PolicyName: "Card numbers", Rules: [{ RuleName: "High volume" }] },
    ],
  }),
};
