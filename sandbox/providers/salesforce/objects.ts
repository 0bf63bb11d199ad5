import { mix } from "../../generator.ts";
import { missesScope } from "../../trouble.ts";
import { timeOf } from "./answers.ts";
import { fileRow, loginRecord, realTimeFields, realTimeRecord, setupRecord, timeAt, typeAt } from "./events.ts";
import { scoreOf } from "./health.ts";
import { salesforceIds } from "./ids.ts";
import { flags, kindOf, permissionSets, profiles } from "./people.ts";
import type { Row } from "./soql.ts";
import type { SalesforceTenant } from "./tenant.ts";

export interface SObject {
  /** Without this permission of the user: the object does not seem to exist, or (`own`) shows what is the user's own, here nothing. */
  permission?: string;
  own?: boolean;
  /** Asked for by the Tooling API only. */
  tooling?: boolean;
  /** For the fault `changedShape`. */
  stream?: string;
  /** `deleted`: with what is in the recycle bin. */
  rows(tenant: SalesforceTenant, deleted: boolean): Row[];
  /** Fields that may stand in a condition. Default: all. */
  filters?: readonly string[];
}

const setup = "View Setup and Configuration";
const manage = "Manage Users";
const files = "Query All Files";
const hourMs = 3_600_000;

/** https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/ */
const objects: Record<string, SObject> = {
  Organization: {
    rows: ({ organization, options }) => [
      {
        ...{ Id: organization, Name: options.name.charAt(0).toUpperCase() + options.name.slice(1) },
        ...{ InstanceName: "EU42", IsSandbox: false, OrganizationType: "Enterprise Edition" },
      },
    ],
  },
  UserPermissionAccess: { rows: (tenant) => [permissionsOf(tenant)] },
  User: { stream: "users", rows: users },
  UserLogin: {
    ...{ permission: manage },
    rows: (tenant) =>
      people(tenant).map((person) => ({
        ...{ Id: salesforceIds("0Yw", tenant.seed).idOf(person), UserId: tenant.people.idOf(person) },
        ...{ IsFrozen: tenant.people.status(person) === "frozen", IsPasswordLocked: false },
      })),
  },
  AuthSession: {
    ...{ permission: manage },
    rows: (tenant) =>
      people(tenant)
        .flatMap((person) => [person * 2, person * 2 + 1])
        .map((number) => ({
          ...{
            Id: salesforceIds("0Ak", tenant.seed).idOf(number),
            UsersId: tenant.people.idOf(Math.floor(number / 2)),
          },
          ...{ SessionType: number % 2 ? "Oauth2" : "UI", IsCurrent: number === 1 },
        }))
        .filter(({ Id }) => !tenant.deleted.has(Id)),
  },
  Profile: {
    ...{ permission: setup, stream: "privileges" },
    rows: ({ seed }) =>
      profiles.map((Name, index) => ({ Id: salesforceIds("00e", seed).idOf(index), Name, ...flags(index === 0) })),
  },
  PermissionSet: {
    ...{ permission: setup, stream: "privileges" },
    rows: ({ seed }) =>
      permissionSets.map((Label, index) => ({
        ...{ Id: salesforceIds("0PS", seed).idOf(index), Name: Label.replace(" ", "_"), Label, Type: "Regular" },
        ...{ IsOwnedByProfile: false, ...flags(false, index === 0) },
      })),
  },
  PermissionSetAssignment: { permission: setup, stream: "privileges", rows: assignments },
  Group: {
    ...{ stream: "groups" },
    rows: ({ groups, seed }) => [
      ...[...groups.numbers("public"), ...groups.numbers("queue")]
        .sort((a, b) => a - b)
        .map((group) => ({
          ...{
            Id: groups.ids.idOf(group),
            Name: groups.name(group),
            DeveloperName: groups.name(group).replace(/\W/g, "_"),
          },
          ...{ Type: kindOf(group) === "queue" ? "Queue" : "Regular", RelatedId: null },
        })),
      ...groups.numbers("role").map((group) => ({
        ...{ Id: roleGroups(seed).idOf(group), Name: null, DeveloperName: `Role_${group}`, Type: "Role" },
        RelatedId: groups.roleIds.idOf(group),
      })),
    ],
  },
  GroupMember: { stream: "groups", rows: groupMembers },
  UserRole: {
    ...{ permission: setup, stream: "groups" },
    rows: ({ groups }) =>
      groups.numbers("role").map((group) => ({
        ...{
          Id: groups.roleIds.idOf(group),
          Name: groups.name(group),
          DeveloperName: groups.name(group).replace(/\W/g, "_"),
        },
        ParentRoleId: null,
      })),
  },
  LoginHistory: {
    ...{ permission: manage, own: true, stream: "activities" },
    rows: (tenant) => tenant.eventsOf("login").map((number) => loginRecord(tenant, number)),
  },
  SetupAuditTrail: {
    ...{ permission: setup, stream: "activities" },
    rows: (tenant) => tenant.eventsOf("setup").map((number) => setupRecord(tenant, number)),
  },
  EventLogFile: {
    permission: "View Event Log Files",
    stream: "activities",
    rows: (tenant) => logFiles(tenant).map(({ row }) => row),
  },
  ContentDocument: {
    ...{ permission: files, own: true, stream: "files" },
    rows: ({ files: all }, deleted) => all.documents().filter(({ IsDeleted }) => deleted || IsDeleted === false),
  },
  ContentDocumentLink: {
    ...{ permission: files, own: true },
    rows: ({ files: all }, deleted) => [...all.links(), ...(deleted ? all.removed("ContentDocumentLink") : [])],
  },
  ContentDistribution: {
    ...{ permission: "View All Data", own: true },
    rows: ({ files: all }, deleted) => [...all.distributions(), ...(deleted ? all.removed("ContentDistribution") : [])],
  },
  OauthToken: { permission: "Customize Application", own: true, stream: "apps", rows: ({ tokens }) => tokens.tokens() },
  ConnectedApplication: { permission: "Customize Application", stream: "apps", rows: ({ tokens }) => tokens.apps() },
  SecurityHealthCheck: {
    permission: setup,
    tooling: true,
    rows: ({ health }) => [{ Id: "000000000000000AAA", Score: scoreOf(health) }],
  },
  SecurityHealthCheckRisks: { permission: setup, tooling: true, rows: ({ health }) => health },
  RemoteProxy: {
    ...{ permission: setup, tooling: true },
    rows: ({ seed }) => [
      {
        ...{ Id: salesforceIds("0rp", seed).idOf(1), SiteName: "Billing", EndpointUrl: "https://billing.example" },
        ...{ DisableProtocolSecurity: false, IsActive: true },
      },
    ],
  },
};

/** Big objects are filtered by these alone. */
const realTime = {
  ...{
    permission: "View Real-Time Event Monitoring Data",
    stream: "activities",
    filters: ["EventDate", "EventIdentifier"],
  },
};

const stores =
  "LogoutEvent LoginAsEvent IdentityVerificationEvent ApiEvent BulkApiResultEventStore ReportEvent ListViewEvent UriEvent LightningUriEvent FileEventStore PermissionSetEventStore ApiAnomalyEventStore ReportAnomalyEventStore CredentialStuffingEventStore SessionHijackingEventStore".split(
    " ",
  );

export function objectNamed(name: string): SObject | undefined {
  if (!stores.includes(name)) return Object.hasOwn(objects, name) ? objects[name] : undefined;
  return {
    ...realTime,
    rows: (tenant) =>
      tenant
        .eventsOf("realTime")
        .filter((number) => typeAt(tenant, number).type === name)
        .map((number) => ({ ...realTimeRecord(tenant, number), ...realTimeFields(name) })),
  };
}

function people({ people: all }: SalesforceTenant): number[] {
  return Array.from({ length: all.count }, (_, index) => index).filter((index) => all.exists(index));
}

function users(tenant: SalesforceTenant): Row[] {
  const ids = { profile: salesforceIds("00e", tenant.seed), role: tenant.groups.roleIds };
  return [...people(tenant).map((index) => tenant.people.record(index, ids)), ...tenant.people.partnerRecords(ids)];
}

const roleGroups = (seed: number) => salesforceIds("00G", seed + 1);

/** Everybody has a profile, which has a permission set behind it; some have permission sets as well. */
function assignments(tenant: SalesforceTenant): Row[] {
  const { seed, people: all, deleted } = tenant;
  const [ids, sets, profileIds] = [salesforceIds("0Pa", seed), salesforceIds("0PS", seed), salesforceIds("00e", seed)];
  return people(tenant)
    .flatMap((person) => {
      const profile = all.profileOf(person);
      const assignee = {
        Username: all.emailOf(person),
        ...{ IsActive: all.status(person) !== "inactive", LastLoginDate: timeOf(tenant.options.createdAt) },
      };
      const common = { AssigneeId: all.idOf(person), Assignee: assignee };
      const held = [...(person >= 3 && person < 6 ? [0] : []), ...(mix(seed, person, 451) % 3 === 0 ? [1] : [])];
      return [
        {
          ...{ Id: ids.idOf(person * 10), ...common, PermissionSetId: sets.idOf(100 + profile) },
          PermissionSet: {
            ...{ IsOwnedByProfile: true, ProfileId: profileIds.idOf(profile), Profile: { Name: profiles[profile] } },
            ...flags(profile === 0),
          },
        },
        ...held.map((set) => ({
          ...{ Id: ids.idOf(person * 10 + 1 + set), ...common, PermissionSetId: sets.idOf(set) },
          PermissionSet: { IsOwnedByProfile: false, ProfileId: null, Profile: null, ...flags(false, set === 0) },
        })),
      ];
    })
    .filter(({ Id }) => !deleted.has(Id));
}

/** The first public group has a role for a member. */
function groupMembers(tenant: SalesforceTenant): Row[] {
  const { groups, people: all, seed } = tenant;
  const ids = salesforceIds("011", seed);
  const [role] = groups.numbers("role");
  const nested = role === undefined ? [] : [{ group: 0, person: 99_999, member: roleGroups(seed).idOf(role) }];
  const direct = [...groups.numbers("public"), ...groups.numbers("queue")].flatMap((group) =>
    people(tenant)
      .filter((person) => groups.has(group, person))
      .map((person) => ({ group, person, member: all.idOf(person) })),
  );
  return [...direct, ...nested].map(({ group, person, member }) => ({
    ...{ Id: ids.idOf(group * 100_000 + person), GroupId: groups.ids.idOf(group), UserOrGroupId: member },
    Group: { Type: kindOf(group) === "queue" ? "Queue" : "Regular" },
  }));
}

const fieldOf: Record<string, string> = {
  PermissionsViewSetup: setup,
  PermissionsManageUsers: manage,
  PermissionsCustomizeApplication: "Customize Application",
  PermissionsViewEventLogFiles: "View Event Log Files",
  PermissionsViewAllData: "View All Data",
  PermissionsQueryAllFiles: files,
  PermissionsModifyAllData: "Modify All Data",
  PermissionsResetPasswords: "Reset User Passwords and Unlock Users",
  PermissionsAssignPermissionSets: "Assign Permission Sets",
};

function permissionsOf(tenant: SalesforceTenant): Row {
  const held = Object.entries(fieldOf).map(([field, name]) => [field, !missesScope(tenant, name)]);
  return { Id: "000000000000000AAA", PermissionsApiEnabled: true, ...Object.fromEntries(held) };
}

/** A file for each hour and type of the past, and one more for each event that comes later. Here they do not wait for hours. */
export function logFiles(tenant: SalesforceTenant): LogFile[] {
  const known = filesOf.get(tenant);
  if (known?.count === tenant.timeline.count) return known.files;
  const files = makeLogFiles(tenant);
  filesOf.set(tenant, { count: tenant.timeline.count, files });
  return files;
}

interface LogFile {
  row: Row;
  numbers: number[];
}

const filesOf = new WeakMap<SalesforceTenant, { count: number; files: LogFile[] }>();

function makeLogFiles(tenant: SalesforceTenant): LogFile[] {
  const ids = salesforceIds("0AT", tenant.seed);
  const { history } = tenant.timeline;
  const byHour = new Map<string, number[]>();
  for (const number of tenant.eventsOf("file")) {
    const hour = Math.floor(timeAt(tenant, number) / hourMs);
    const key =
      number < history ? `${hour} ${typeAt(tenant, number).type}` : `${hour} ${typeAt(tenant, number).type} ${number}`;
    byHour.set(key, [...(byHour.get(key) ?? []), number]);
  }
  return [...byHour].map(([key, numbers]) => {
    const [hour = "", EventType = "", later] = key.split(" ");
    const last = numbers.at(-1) ?? 0;
    const Id = ids.idOf(numbers[0] ?? 0);
    const created = later ? timeAt(tenant, last) : Math.min((Number(hour) + 1) * hourMs, tenant.options.createdAt);
    return {
      numbers,
      row: {
        ...{ Id, EventType, LogDate: timeOf(Number(hour) * hourMs), CreatedDate: timeOf(created) },
        ...{ Interval: "Hourly", Sequence: later ? 2 : 1, LogFileLength: numbers.length * 400 },
        LogFile: `/services/data/v67.0/sobjects/EventLogFile/${Id}/LogFile`,
      },
    };
  });
}

/** All columns are quoted. */
export function csvOf(tenant: SalesforceTenant, numbers: readonly number[]): string {
  const rows = numbers.map((number) => fileRow(tenant, number, tenant.organization));
  const line = (values: string[]) => values.map((value) => `"${value.replaceAll('"', '""')}"`).join(",");
  return [line(Object.keys(rows[0] ?? {})), ...rows.map((row) => line(Object.values(row))), ""].join("\n");
}
