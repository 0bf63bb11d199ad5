import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import type { First } from "#src/connector-kit/pagers.ts";
import { instantOf, type Json, listOf, needObject, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { graphPages, readAll, readOne } from "../../_microsoft/graph.ts";
import { administratorsOf, roleRulesOf, scheduledRolesOf } from "../administrators.ts";
import { enoughNames } from "../checks/check.ts";
import { labelList } from "../labels.ts";

const dayMs = 86_400_000;

/**
 * What checks look at, by key, in one page; all of it v1.0 of Graph. What the application may not read, or what the tenant has no licence for, is
 * unreadable with the reason.
 */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  const all = (first: First, name: string) => readAll(context, first, name);
  const one = (path: string) => readOne(context, path);
  const items = await readSettings(context, {
    securityDefaults: () => one("/policies/identitySecurityDefaultsEnforcementPolicy"),
    authorizationPolicy: () => one("/policies/authorizationPolicy"),
    adminConsent: () => one("/policies/adminConsentRequestPolicy"),
    conditionalAccess: () => all("/identity/conditionalAccess/policies", "conditional access policies"),
    crossTenantAccess: () => one("/policies/crossTenantAccessPolicy/default"),
    authenticationMethods: async () => methodsOf(await one("/policies/authenticationMethodsPolicy")),
    registrations: () => registrationsOf(context),
    groupSettings: async () => settingsByName(await all("/groupSettings", "group settings")),
    groups: () => groupsOf(context),
    domains: () => all("/domains?$select=id,isVerified,authenticationType,passwordValidityPeriodInDays", "domains"),
    synchronisation: () => synchronisationOf(context),
    riskyUsers: () => riskyUsersOf(context),
    administrators: () => administratorsOf(context),
    activeRoles: () => scheduledRolesOf(context, "roleAssignmentScheduleInstances"),
    eligibleRoles: () => scheduledRolesOf(context, "roleEligibilityScheduleInstances"),
    roleRules: () => roleRulesOf(context),
    applications: () => applicationsOf(context),
    labels: () => all(labelList, "sensitivity labels"),
    sharePoint: () => one("/admin/sharepoint/settings"),
    secureScore: () => secureScoreOf(context),
  });
  yield { items, cursor: null };
};

/** Each method by its id: `Sms`, `MicrosoftAuthenticator`. */
function methodsOf({ authenticationMethodConfigurations, policyMigrationState, registrationEnforcement }: Json): Json {
  const methods = listOf(authenticationMethodConfigurations).map(objectOf);
  return {
    policyMigrationState,
    registrationEnforcement,
    methods: Object.fromEntries(
      methods.map(({ includeTargets: _, excludeTargets: __, ...one }) => [String(one.id), one]),
    ),
  };
}

/** `{ "Group.Unified": { "AllowToAddGuests": "True" } }`. Those of a tenant that has never changed one are not there. */
function settingsByName(settings: readonly Json[]): Record<string, Json> {
  return Object.fromEntries(
    settings.map(({ displayName, values }) => [
      String(displayName),
      Object.fromEntries(
        listOf(values)
          .map(objectOf)
          .map(({ name, value }) => [String(name), value]),
      ),
    ]),
  );
}

async function* each(context: StreamContext, first: string, name: string): AsyncGenerator<Json, void, void> {
  for await (const { records, path } of walkPages(context, { name, first, page: graphPages }))
    for (const [index, record] of records.entries()) yield needObject(record, `${path}[${index}]`);
}

/** Who can use multifactor authentication. Names are kept of the first only. */
async function registrationsOf(context: StreamContext): Promise<Json> {
  const found = {
    members: 0,
    notCapableCount: 0,
    notCapable: [] as string[],
    administratorsWithoutMfa: [] as string[],
  };
  const first = "/reports/authenticationMethods/userRegistrationDetails?$top=999";
  for await (const { userPrincipalName, userType, isAdmin, isMfaCapable, isMfaRegistered } of each(
    context,
    first,
    "registrations",
  )) {
    const name = textOf(userPrincipalName) ?? "?";
    if (isAdmin === true && isMfaRegistered !== true) found.administratorsWithoutMfa.push(name);
    if (userType === "guest") continue;
    found.members += 1;
    if (isMfaCapable === true) continue;
    found.notCapableCount += 1;
    if (found.notCapable.length < enoughNames) found.notCapable.push(name);
  }
  return found;
}

async function groupsOf(context: StreamContext): Promise<Json> {
  const ofKind = (kind: string, fields: string) =>
    `/groups?$filter=${encodeURIComponent(`groupTypes/any(c:c eq '${kind}')`)}&$select=id,displayName,${fields}&$top=999`;
  const found = { public: [] as string[], ofGuests: [] as string[] };
  for await (const { displayName, visibility } of each(context, ofKind("Unified", "visibility"), "groups"))
    if (visibility === "Public") found.public.push(String(displayName));
  for await (const { displayName, membershipRule } of each(
    context,
    ofKind("DynamicMembership", "membershipRule"),
    "groups",
  ))
    if (/user\.userType\s+-eq\s+["']?guest/i.test(String(membershipRule))) found.ofGuests.push(String(displayName));
  return found;
}

async function synchronisationOf(context: StreamContext): Promise<Json> {
  const [organization] = await readAll(context, "/organization?$select=id,onPremisesSyncEnabled", "organization");
  const isHybrid = organization?.onPremisesSyncEnabled === true;
  if (!isHybrid) return { isHybrid };
  const [synchronisation] = await readAll(context, "/directory/onPremisesSynchronization", "synchronisation");
  return { isHybrid, passwordSyncEnabled: valueAt(synchronisation, "features.passwordSyncEnabled") ?? null };
}

async function riskyUsersOf(context: StreamContext): Promise<Json> {
  const filter = encodeURIComponent("riskState eq 'atRisk' and riskLevel eq 'high'");
  const users = await readAll(context, `/identityProtection/riskyUsers?$filter=${filter}`, "risky users");
  return { names: users.map(({ userPrincipalName, id }) => textOf(userPrincipalName) ?? String(id)) };
}

/** Applications whose secrets or certificates that are still good last longer than they should. */
async function applicationsOf(context: StreamContext): Promise<Json> {
  const found = { longSecrets: [] as string[], longCertificates: [] as string[] };
  const first = "/applications?$select=id,displayName,passwordCredentials,keyCredentials&$top=999";
  const lasts = (days: number) => (value: unknown) => {
    const { startDateTime, endDateTime } = objectOf(value);
    const [start, end] = [instantOf(startDateTime), instantOf(endDateTime)];
    return start !== null && end !== null && end > context.now() && end.getTime() - start.getTime() > days * dayMs;
  };
  for await (const { displayName, passwordCredentials, keyCredentials } of each(context, first, "applications")) {
    if (listOf(passwordCredentials).some(lasts(181))) found.longSecrets.push(String(displayName));
    if (listOf(keyCredentials).some(lasts(366))) found.longCertificates.push(String(displayName));
  }
  return found;
}

/** The newest score of each control, what it can have, and whether an administrator decided it. */
async function secureScoreOf(context: StreamContext): Promise<Json> {
  const { body } = await context.http.get("/security/secureScores?$top=1");
  const newest = objectOf(listOf(needObject(body, "body").value)[0]);
  const scores = new Map(
    listOf(newest.controlScores)
      .map(objectOf)
      .map(({ controlName, score }) => [String(controlName), score]),
  );
  const controls: Record<string, Json> = {};
  const first = "/security/secureScoreControlProfiles?$top=200";
  for await (const { id, maxScore, deprecated, controlStateUpdates } of each(context, first, "controls")) {
    const score = scores.get(String(id));
    if (deprecated === true || score === undefined) continue;
    const state = textOf(objectOf(listOf(controlStateUpdates).at(-1)).state);
    controls[String(id)] = { score, max: maxScore, ...(state ? { state } : {}) };
  }
  return { at: textOf(newest.createdDateTime), current: newest.currentScore, max: newest.maxScore, controls };
}
