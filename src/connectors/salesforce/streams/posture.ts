import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { instantOf, type Json, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { query, readAll, toolingQuery } from "../api.ts";
import { needPermissions } from "../permissions.ts";
import { fields, fragment, soql } from "../soql.ts";
import { adminFields } from "./privileges.ts";

const idleMs = 90 * 86_400_000;

/** More than any evidence needs; what is counted beyond it does not change a result. */
const enough = 2000;

/**
 * The settings that checks look at, in one page.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_securityhealthcheckrisks.htm
 */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  const since = new Date(context.now().getTime() - idleMs);
  const ask = (name: string, q: string) => readAll(context, name, query(q));
  const tool = (name: string, q: string) => readAll(context, name, toolingQuery(q));
  const items = await readSettings(context, {
    score: async () => textOf((await tool("Health Check", soql`SELECT Score FROM SecurityHealthCheck`))[0]?.Score),
    risks: async () =>
      (await tool("Health Check", risks)).map((row) =>
        only(row, ["DurableId", "RiskType", "Setting", "OrgValue", "StandardValue"]),
      ),
    admins: async () => await holders(context, adminFields, since),
    viewAllData: async () => await holders(context, ["PermissionsViewAllData"], since),
    endlessPasswords: async () => await holders(context, ["PermissionsPasswordNeverExpires"], since),
    appApprovers: async () => await holders(context, ["PermissionsCanApproveUninstalledApps"], since),
    idleUsers: async () =>
      (
        await ask(
          "idle users",
          soql`SELECT Id, Username, LastLoginDate, CreatedDate FROM User
        WHERE IsActive = true AND UserType = ${"Standard"} AND CreatedDate < ${since}
        AND (LastLoginDate = null OR LastLoginDate < ${since}) LIMIT ${enough}`,
        )
      ).map(named("Username")),
    frozenUsers: async () => await frozen(context),
    guests: async () =>
      (
        await ask(
          "guests",
          soql`SELECT Id, Username FROM User WHERE IsActive = true AND UserType = ${"Guest"} LIMIT ${enough}`,
        )
      ).map(named("Username")),
    apps: async () =>
      (await ask("apps", soql`SELECT Id, Name, OptionsAllowAdminApprovedUsersOnly FROM ConnectedApplication`)).map(
        (app) => ({
          ...{ id: app.Id, name: app.Name, adminApproved: app.OptionsAllowAdminApprovedUsersOnly === true },
        }),
      ),
    unusedTokens: async () => await unusedTokens(context, since),
    publicLinks: async () =>
      (
        await ask(
          "public links",
          soql`SELECT Id, Name, ExpiryDate, PreferencesExpires, PreferencesPasswordRequired
        FROM ContentDistribution LIMIT ${enough}`,
        )
      )
        .filter((link) => isOpen(link, context.now()))
        .map((link) => ({
          ...{ id: link.Id, name: link.Name, password: link.PreferencesPasswordRequired === true },
          expires: textOf(link.ExpiryDate) !== null && link.PreferencesExpires !== false,
        })),
    remoteSites: async () =>
      (
        await tool(
          "remote sites",
          soql`SELECT Id, SiteName, EndpointUrl, DisableProtocolSecurity, IsActive FROM RemoteProxy`,
        )
      )
        .filter(({ IsActive }) => IsActive !== false)
        .map((site) => ({
          ...{ id: site.Id, name: site.SiteName },
          isPlain: site.DisableProtocolSecurity === true || /^http:/i.test(textOf(site.EndpointUrl) ?? ""),
        })),
  });
  yield { items, cursor: null };
};

const risks = soql`SELECT DurableId, RiskType, Setting, SettingGroup, OrgValue, StandardValue FROM SecurityHealthCheckRisks`;

function only(row: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}

const named = (field: string) => (row: Json) => ({ id: row.Id, name: row[field] });

/** Active people with one of these permissions, by profile, permission set or group, each once. */
async function holders(context: StreamContext, permissions: readonly string[], since: Date): Promise<Json[]> {
  const isHeld = fragment(permissions.map((name) => `PermissionSet.${name} = true`).join(" OR "));
  const columns = fields(["AssigneeId", "Assignee.Username", "Assignee.LastLoginDate"]);
  const q = soql`SELECT ${columns} FROM PermissionSetAssignment WHERE Assignee.IsActive = true AND (${isHeld})`;
  const found = new Map<unknown, Json>();
  for (const { AssigneeId, Assignee } of await readAll(context, "holders of a permission", q)) {
    const { Username, LastLoginDate } = objectOf(Assignee);
    const at = instantOf(LastLoginDate);
    found.set(AssigneeId, { id: AssigneeId, name: Username, idle: at === null || at < since });
  }
  return [...found.values()];
}

async function frozen(context: StreamContext): Promise<Json[]> {
  await needPermissions(context, ["Manage Users"]);
  const q = soql`SELECT Id, UserId FROM UserLogin WHERE IsFrozen = true LIMIT ${enough}`;
  const rows = await readAll(context, "frozen users", q);
  const ids = rows.flatMap(({ UserId }) => textOf(UserId) ?? []);
  const active = soql`SELECT Id, Username FROM User WHERE IsActive = true AND Id IN ${ids.slice(0, 200)}`;
  return (await readAll(context, "frozen users", active)).map(named("Username"));
}

async function unusedTokens(context: StreamContext, since: Date): Promise<Json[]> {
  await needPermissions(context, ["Customize Application"]);
  const q = soql`SELECT AppName, UserId, LastUsedDate FROM OauthToken WHERE LastUsedDate < ${since}`;
  const rows = await readAll(context, "unused tokens", query(q, { batch: 500 }));
  return rows.map((token) => ({ id: token.UserId, name: token.AppName, usedAt: token.LastUsedDate }));
}

function isOpen(link: Json, now: Date): boolean {
  const at = link.PreferencesExpires === false ? null : instantOf(valueAt(link, "ExpiryDate"));
  return at === null || at > now;
}
