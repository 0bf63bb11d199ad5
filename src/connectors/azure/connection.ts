import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { CapabilityKind } from "#src/connector-kit/contract/kinds.ts";
import { missingScopes, optional } from "#src/connector-kit/probe.ts";
import { textOf } from "#src/connector-kit/record.ts";
import type { Refusal } from "#src/connector-kit/refusals.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { organizationOf } from "../_microsoft/connection.ts";
import { readAll } from "../_microsoft/graph.ts";
import { microsoftErrors } from "../_microsoft/refusals.ts";
import { readArm, reader, type Subscription, subscriptionsOf } from "./arm.ts";
import { manifest } from "./manifest.ts";
import { assignmentsUrl, toAssignment } from "./roles.ts";

/** What gives roles: these, or more. */
const administrator = "Role Based Access Control Administrator";
const givingRoles = [
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
  "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
];

/** Names the tenant. Permissions of Graph stand in the token; Azure roles show in what the application sees and holds. */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const organization = await organizationOf(context);
  const granted = [...(context.credential?.scopes ?? []), ...(await rolesOf(context))];
  const missing = missingScopes(wantedScopes(manifest, context.settings, []), granted);
  const unavailable: Partial<Record<CapabilityKind, string>> = {};
  if (!missing.includes("AuditLog.Read.All") && !missing.includes("Directory.Read.All")) {
    const { refusal } = await optional(() => context.http.get("/auditLogs/signIns?$top=1"));
    if (refusal !== null) unavailable.LOG_ON_ACTIVITY = refusal.message;
  }
  return { ...organization, missingScopes: missing, unavailable };
}

/** Of the Azure roles that are asked for, those that the application has somewhere. */
async function rolesOf(context: Context): Promise<string[]> {
  const { value: subscriptions } = await optional(() => subscriptionsOf(context));
  if (subscriptions === null) return [];
  return (await givesRoles(context, subscriptions)) ? [reader, administrator] : [reader];
}

/** Looked up in the first subscription, where roles of management groups above it show as well. */
async function givesRoles(context: Context, [first]: readonly Subscription[]): Promise<boolean> {
  const url = `/servicePrincipals?$filter=appId eq '${context.settings.clientId}'&$select=id`;
  const { value: own } = await optional(() => readAll(context, url, "the application"));
  const id = textOf(own?.[0]?.id);
  if (!first || id === null) return false;
  const { value: held } = await optional(() =>
    readArm(context, "role assignments", assignmentsUrl(context, `/subscriptions/${first.id}`, `assignedTo('${id}')`)),
  );
  return (held ?? []).some((one, index) => {
    const { roleDefinitionId } = toAssignment(one, `value[${index}]`);
    return givingRoles.some((guid) => roleDefinitionId.toLowerCase().endsWith(guid));
  });
}

/** `…does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/read' over scope '/subscriptions/…'` */
const refused = /perform action '([^']*)'/;

const own: readonly Refusal[] = [
  {
    ...{ status: 403, codes: ["AuthorizationFailed", "LinkedAuthorizationFailed"], kind: "scope" },
    message: ({ message }) => {
      const [, action] = refused.exec(message) ?? [];
      return action ? `Azure refuses ${action}.` : "The application has no Azure role that allows this.";
    },
    scopes: ({ message }) => [/\/read$/i.test(refused.exec(message)?.[1] ?? "/read") ? reader : administrator],
  },
  {
    ...{ status: 401, codes: ["ExpiredAuthenticationToken", "InvalidAuthenticationTokenTenant"], kind: "auth" },
    message: "Azure no longer accepts the credential: the application, its secret or its consent was removed.",
  },
  {
    ...{ status: 404, codes: ["SubscriptionNotFound"], kind: "notFound" },
    message: "The subscription no longer exists, or was moved to another tenant.",
  },
  {
    ...{ status: 409, codes: ["ReadOnlyDisabledSubscription"], kind: "request" },
    message: "The subscription is disabled, so that nothing in it can be changed.",
  },
];

/** Source: https://learn.microsoft.com/en-us/azure/azure-resource-manager/troubleshooting/common-deployment-errors */
export const mapError = microsoftErrors(own);
