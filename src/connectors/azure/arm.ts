import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { byLink, type Pager } from "#src/connector-kit/pagers.ts";
import { type Json, needObject, needText, textOf } from "#src/connector-kit/record.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { cloudOf } from "../_microsoft/clouds.ts";

/** `https://management.azure.com`: Azure Resource Manager of the instance's cloud, and the audience of its tokens. */
export function armOrigin(settings: Settings): string {
  return `https://${cloudOf(settings).resources}`;
}

/** The context whose calls are signed for Azure Resource Manager: the instance's own token is Microsoft Graph's. */
export function armOf<C extends Context>(context: C): C {
  return { ...context, http: context.http.as({ audience: armOrigin(context.settings) }) };
}

/** Absolute, with its API version. `path` begins with a slash and holds no query. */
export function armUrl(settings: Settings, path: string, version: string, query: Record<string, string> = {}): string {
  return `${armOrigin(settings)}${path}?${new URLSearchParams({ "api-version": version, ...query })}`;
}

/** Pages of Azure Resource Manager: `{ value, nextLink }`. The documentation shows links with a path of their own, on the same host. */
export const armPages: Pager = (context, first, at) =>
  byLink({ list: "value", next: "nextLink", below: [armOrigin(context.settings)] })(context, first, at);

/** Everything of a short listing. */
export async function readArm(context: Context, name: string, url: string): Promise<Json[]> {
  const all: Json[] = [];
  for await (const { records, path } of walkPages(armOf(context), { name, first: url, page: armPages }))
    all.push(...records.map((one, index) => needObject(one, `${path}[${index}]`)));
  return all;
}

/** The Azure role that reads everything but data; the connector asks for no other to read. */
export const reader = "Reader";

export interface Subscription {
  id: string;
  name: string;
  /** `Enabled`, `Warned`, `PastDue`, `Disabled`: one that is disabled can be read all the same. */
  state: string;
}

/**
 * The subscriptions of the tenant that the application can see, sorted by name. Those that other tenants delegate (Azure Lighthouse) belong
 * to the connection of their own tenant. Throws ProviderScopeError when there is none: Azure answers an empty list to who has no role.
 * Source: https://learn.microsoft.com/en-us/rest/api/resources/subscriptions/list
 */
export async function subscriptionsOf(context: Context): Promise<Subscription[]> {
  const { settings } = context;
  const listed = await readArm(context, "subscriptions", armUrl(settings, "/subscriptions", "2022-12-01"));
  const found = listed.flatMap((one, index): Subscription[] => {
    const id = needText(one.subscriptionId, `value[${index}].subscriptionId`);
    const tenant = textOf(one.tenantId);
    if (one.state === "Deleted" || (tenant !== null && tenant.toLowerCase() !== settings.tenantId?.toLowerCase()))
      return [];
    return [{ id, name: textOf(one.displayName) ?? id, state: textOf(one.state) ?? "Enabled" }];
  });
  if (found.length === 0)
    throw new ProviderScopeError(
      "The application sees no subscription: give it the Azure role Reader on the root management group or on each subscription.",
      [reader],
    );
  return found.sort((a, b) => a.name.localeCompare(b.name, "en"));
}

export interface ManagementGroup {
  /** Name in paths: `platform`, or the tenant's id for the root. */
  name: string;
  displayName: string;
}

/**
 * Management groups that the application can see; empty for one that has roles on subscriptions only.
 * Source: https://learn.microsoft.com/en-us/rest/api/managementgroups/management-groups/list
 */
export async function managementGroupsOf(context: Context): Promise<ManagementGroup[]> {
  const url = armUrl(context.settings, "/providers/Microsoft.Management/managementGroups", "2021-04-01");
  const listed = await readArm(context, "management groups", url);
  return listed.map((one, index) => {
    const name = needText(one.name, `value[${index}].name`);
    return { name, displayName: textOf((one.properties as Json | undefined)?.displayName) ?? name };
  });
}

export const managementGroupScope = (name: string): string =>
  `/providers/Microsoft.Management/managementGroups/${encodeURIComponent(name)}`;
