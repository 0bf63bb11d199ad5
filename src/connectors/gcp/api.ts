/** The calls that several streams and actions make. */
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import type { Listing } from "#src/connector-kit/page-walk.ts";
import { needObject, textOf } from "#src/connector-kit/record.ts";
import { byPageToken } from "../_google/paging.ts";

export const organizationOf = ({ organizationId = "" }: Settings): string => `organizations/${organizationId}`;

/** What the organization is called, and the Cloud Identity or Google Workspace customer it belongs to. */
export interface Organization {
  /** The customer's primary domain. */
  domain: string | null;
  /** `C03az79cb` */
  customerId: string | null;
  state: string | null;
}

/** https://cloud.google.com/resource-manager/reference/rest/v3/organizations/get */
export async function readOrganization({ http, settings }: Context): Promise<Organization> {
  const url = `https://cloudresourcemanager.googleapis.com/v3/${organizationOf(settings)}`;
  const body = needObject((await http.get(url)).body, "organization");
  return {
    domain: textOf(body.displayName)?.toLowerCase() ?? null,
    customerId: textOf(body.directoryCustomerId),
    state: textOf(body.state),
  };
}

/**
 * Resources of some types in the whole organization, with all their fields, without a right on each project. Cloud Asset knows changes
 * within minutes.
 * Source: https://cloud.google.com/asset-inventory/docs/reference/rest/v1/assets/list
 */
export function assetListing({ settings }: Context, name: string, ...assetTypes: readonly string[]): Listing {
  const query = new URLSearchParams({ contentType: "RESOURCE", pageSize: "1000" });
  for (const type of assetTypes) query.append("assetTypes", type);
  return { name, first: `/v1/${organizationOf(settings)}/assets?${query}`, page: byPageToken("assets") };
}

/** What policies are inherited from. */
export const containerTypes = ["Organization", "Folder", "Project"].map(
  (kind) => `cloudresourcemanager.googleapis.com/${kind}`,
);

/**
 * IAM policies in the organization, one for each resource that has one: all of them, or those of some types of resources.
 * Source: https://cloud.google.com/asset-inventory/docs/reference/rest/v1/TopLevel/searchAllIamPolicies
 */
export function policyListing({ settings }: Context, assetTypes: readonly string[] = []): Listing {
  const query = new URLSearchParams({ pageSize: "500" });
  for (const type of assetTypes) query.append("assetTypes", type);
  return {
    name: "IAM policies",
    first: `/v1/${organizationOf(settings)}:searchAllIamPolicies?${query}`,
    page: byPageToken("results"),
  };
}
