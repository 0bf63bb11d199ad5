import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { instantOf, type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { kindOf } from "../../_microsoft/directory-objects.ts";
import { readAll, readOne } from "../../_microsoft/graph.ts";
import { armUrl, readArm, type Subscription, subscriptionsOf } from "../arm.ts";
import { resourcesOf } from "../resource-graph.ts";
import { assignmentsUrl, isWide, principalsOf, Roles, toAssignment } from "../roles.ts";

/** Of each subscription what was read, and which of them refused it. */
export interface Surveyed {
  found: (Json & { subscription: string })[];
  /** Subscriptions that were read, by name. */
  read: string[];
  denied: { subscription: string; reason: string }[];
}

/**
 * The settings that the checks look at. What is read of each subscription names those that refused it: a check that finds nothing wrong in the
 * others is then unknown.
 */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  const subscriptions = new Subscriptions(context);
  const survey = (read: (subscription: Subscription) => Promise<Json[]>) => subscriptions.survey(read);
  const arm = (path: string, version: string) => (subscription: Subscription) =>
    readArm(context, path, armUrl(context.settings, `/subscriptions/${subscription.id}/providers/${path}`, version));
  const items = await readSettings(context, {
    securityDefaults: () => readOne(context, "/policies/identitySecurityDefaultsEnforcementPolicy"),
    conditionalAccess: async () =>
      (await readAll(context, "/identity/conditionalAccess/policies", "conditional access policies")).map(accessPolicy),
    authorizationPolicy: () => readOne(context, "/policies/authorizationPolicy"),
    assignments: () => survey((subscription) => assignmentsIn(context, subscription)),
    customRoles: () => survey((subscription) => customRolesIn(context, subscription)),
    diagnosticSettings: () =>
      survey(async (one) =>
        (await arm("Microsoft.Insights/diagnosticSettings", "2021-05-01-preview")(one)).map(diagnosticSetting),
      ),
    activityAlerts: () =>
      survey(async (one) =>
        (await arm("microsoft.insights/activityLogAlerts", "2020-10-01")(one)).flatMap(alertedOperations),
      ),
    defenderPlans: () =>
      survey(async (one) => (await arm("Microsoft.Security/pricings", "2022-03-01")(one)).map(named)),
    securityContacts: () =>
      survey(async (one) => (await arm("Microsoft.Security/securityContacts", "2017-08-01-preview")(one)).map(named)),
    secureScores: () =>
      survey(async (one) => (await arm("Microsoft.Security/secureScores", "2020-01-01")(one)).map(named)),
    assessments: () =>
      survey(async (one) => (await arm("Microsoft.Security/assessments", "2021-06-01")(one)).flatMap(unhealthy)),
    storageAccounts: () =>
      survey(async (one) => (await arm("Microsoft.Storage/storageAccounts", "2024-01-01")(one)).map(named)),
    networkGroups: () => survey(resources(context, "microsoft.network/networksecuritygroups", openRules)),
    keyVaults: () => survey(resources(context, "microsoft.keyvault/vaults", named)),
    sqlServers: () => survey(resources(context, "microsoft.sql/servers", named)),
  });
  yield { items, cursor: null };
};

/** The subscriptions, listed once. */
class Subscriptions {
  readonly #context: StreamContext;
  #listed: Promise<Subscription[]> | null = null;

  constructor(context: StreamContext) {
    this.#context = context;
  }

  /** Throws ProviderScopeError when every subscription refuses. */
  async survey(read: (subscription: Subscription) => Promise<Json[]>): Promise<Surveyed> {
    this.#listed ??= subscriptionsOf(this.#context);
    const surveyed: Surveyed = { found: [], read: [], denied: [] };
    let refusal: ProviderScopeError | null = null;
    for (const subscription of await this.#listed) {
      try {
        const found = await read(subscription);
        surveyed.read.push(subscription.name);
        surveyed.found.push(...found.map((one) => ({ ...one, subscription: subscription.name })));
      } catch (error) {
        if (!(error instanceof ProviderScopeError)) throw error;
        refusal = error;
        surveyed.denied.push({ subscription: subscription.name, reason: error.message });
      }
    }
    if (refusal !== null && surveyed.read.length === 0) throw refusal;
    return surveyed;
  }
}

function accessPolicy({ displayName, state, conditions, grantControls }: Json): Json {
  return { displayName, state, conditions, grantControls };
}

function named({ name, properties }: Json): Json {
  return { name, ...objectOf(properties) };
}

/** Reading a subscription directly first: Resource Graph names nothing of one that refuses, and so does one that is empty. */
function resources(context: StreamContext, type: string, map: (resource: Json) => Json) {
  return async ({ id }: Subscription): Promise<Json[]> => {
    const path = `/subscriptions/${id}/providers/Microsoft.Security/pricings`;
    await readArm(context, "Defender plans", armUrl(context.settings, path, "2022-03-01"));
    return (await resourcesOf(context, id, type)).map(map);
  };
}

/**
 * Roles on the whole subscription or more that can do everything or give roles, with whom they were given to; and every role of a principal
 * that was deleted.
 */
async function assignmentsIn(context: StreamContext, { id }: Subscription): Promise<Json[]> {
  const records = await readArm(context, "role assignments", assignmentsUrl(context, `/subscriptions/${id}`));
  const principals = await principalsOf(context, records);
  const roles = new Roles(context);
  const found: Json[] = [];
  for (const [index, record] of records.entries()) {
    const assignment = toAssignment(record, `value[${index}]`);
    const { scope, principalId } = assignment;
    const principal = principals.get(principalId);
    if (principal !== undefined && !isWide(scope)) continue;
    const role = await roles.get(assignment);
    if (principal !== undefined && !role.isPrivileged) continue;
    const login = textOf(principal?.userPrincipalName);
    found.push({
      role: role.name,
      isOwner: role.isOwner && principal !== undefined,
      scope: scope.toLowerCase(),
      isTenantWide: scope === "/" && principal !== undefined,
      kind: principal === undefined ? "deleted" : kindOf(principal),
      name: login ?? textOf(principal?.displayName) ?? principalId,
      principalId,
      isGuest: login?.includes("#EXT#") ?? false,
    });
  }
  return found;
}

/** Custom roles that own what they are given on. */
async function customRolesIn(context: StreamContext, { id }: Subscription): Promise<Json[]> {
  const path = `/subscriptions/${id}/providers/Microsoft.Authorization/roleDefinitions`;
  const url = armUrl(context.settings, path, "2022-04-01", { $filter: "type eq 'CustomRole'" });
  return (await readArm(context, "role definitions", url)).map(({ properties }) => {
    const { roleName, permissions, assignableScopes } = objectOf(properties);
    const actions = listOf(permissions).flatMap((one) => listOf(objectOf(one).actions));
    return { name: roleName, isOwner: actions.includes("*"), assignableScopes: listOf(assignableScopes) };
  });
}

/** Which categories of the activity log are kept, and where. */
function diagnosticSetting({ name, properties }: Json): Json {
  const { logs, workspaceId, storageAccountId, eventHubAuthorizationRuleId, marketplacePartnerId } =
    objectOf(properties);
  const enabled = listOf(logs)
    .map(objectOf)
    .filter((log) => log.enabled === true);
  return {
    name,
    categories: enabled.flatMap(({ category }) => textOf(category) ?? []),
    hasAllLogs: enabled.some(({ categoryGroup }) => categoryGroup === "allLogs"),
    hasDestination: [workspaceId, storageAccountId, eventHubAuthorizationRuleId, marketplacePartnerId].some(Boolean),
  };
}

/** `Microsoft.Network/networkSecurityGroups/write`: operations for which an alert of the whole subscription is on. */
function alertedOperations({ properties }: Json): Json[] {
  const { enabled, scopes, condition } = objectOf(properties);
  if (enabled === false || !listOf(scopes).some((scope) => /^\/subscriptions\/[^/]+\/?$/i.test(String(scope))))
    return [];
  const conditions = listOf(objectOf(condition).allOf).map(objectOf);
  return conditions
    .filter(({ field }) => textOf(field)?.toLowerCase() === "operationname")
    .map(({ equals }) => ({ operation: textOf(equals)?.toLowerCase() ?? "" }));
}

/** Assessments of Defender for Cloud that found something, and those that the checks ask for by name. */
function unhealthy({ name, properties }: Json): Json[] {
  const { displayName, status, metadata, resourceDetails } = objectOf(properties);
  const { code, firstEvaluationDate } = objectOf(status);
  const assessment = {
    assessment: name,
    displayName,
    code,
    severity: objectOf(metadata).severity ?? null,
    resource: objectOf(resourceDetails).Id ?? objectOf(resourceDetails).id ?? null,
    since: instantOf(firstEvaluationDate)?.toISOString() ?? null,
  };
  return [assessment];
}

/** Rules of a network security group that let the whole internet in. */
function openRules({ name, properties }: Json): Json {
  const rules = listOf(objectOf(properties).securityRules).map((rule) => ({
    name: objectOf(rule).name,
    ...objectOf(objectOf(rule).properties),
  }));
  const open = rules.filter(isOpen).map(({ name: rule, ...one }) => ({
    rule,
    protocol: textOf((one as Json).protocol) ?? "*",
    ports: [(one as Json).destinationPortRange, ...listOf((one as Json).destinationPortRanges)].flatMap(
      (port) => textOf(port) ?? [],
    ),
    priority: (one as Json).priority ?? null,
  }));
  return { name, open };
}

const anywhere = /^(\*|any|internet|0\.0\.0\.0(\/0)?|::\/0|<nw>\/0)$/i;

function isOpen(rule: Json): boolean {
  const sources = [rule.sourceAddressPrefix, ...listOf(rule.sourceAddressPrefixes)].flatMap(
    (prefix) => textOf(prefix) ?? [],
  );
  return rule.access === "Allow" && rule.direction === "Inbound" && sources.some((source) => anywhere.test(source));
}
