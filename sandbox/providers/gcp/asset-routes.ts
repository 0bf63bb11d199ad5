import { guarded } from "../../kit/api.ts";
import { listingOf } from "../../kit/paging.ts";
import { tokenListing } from "../../kit/token-listing.ts";
import type { GcpCall, GcpRoute } from "./access.ts";
import { invalid } from "./answers.ts";
import { assetsOf } from "./assets.ts";
import { crm } from "./hierarchy.ts";

type Json = Record<string, unknown>;

function pageOf(
  { tenant, request }: GcpCall,
  list: string,
  records: readonly Json[],
  shaped: { stream: string; required: string[] },
  sizes: { usual: number; max: number },
) {
  const asked = { token: request.query.get("pageToken"), size: request.query.get("pageSize") };
  const page = tokenListing(tenant, listingOf(records), asked, { sizes, write: (record) => record, shaped });
  if (!page) return invalid("Invalid page token.");
  return {
    status: 200,
    body: {
      ...(page.entries.length > 0 && { [list]: page.entries }),
      ...(page.nextToken !== undefined && { nextPageToken: page.nextToken }),
    },
  };
}

const typesOf = ({ request }: GcpCall) => request.query.getAll("assetTypes");

/** https://cloud.google.com/asset-inventory/docs/reference/rest */
export const assetRoutes: GcpRoute[] = [
  guarded("GET", "/v1/organizations/:organization/assets", "cloudasset.assets.listResource", (call) => {
    const records = typesOf(call).flatMap((type) => assetsOf(call.tenant, type));
    const sizes = { usual: 100, max: 1000 };
    return pageOf(call, "assets", records, { stream: "users", required: ["resource"] }, sizes);
  }),
  guarded(
    "GET",
    "/v1/organizations/:organization:searchAllIamPolicies",
    "cloudasset.assets.searchAllIamPolicies",
    (call) => {
      const records = call.tenant.policies.results(typesOf(call));
      return pageOf(
        call,
        "results",
        records,
        { stream: "policies", required: ["resource", "policy"] },
        { usual: 100, max: 500 },
      );
    },
  ),
  guarded(
    "GET",
    "/v1/organizations/:organization:searchAllResources",
    "cloudasset.assets.searchAllResources",
    (call) => {
      const kinds = typesOf(call).map((type) => type.split("/")[1]);
      const records = call.tenant.hierarchy.all
        .filter(({ kind }) => kinds.includes(kind))
        .map(({ path, kind, number, displayName, parent }) => ({
          name: crm + path,
          assetType: `cloudresourcemanager.googleapis.com/${kind}`,
          ...(kind === "Project" && {
            project: number,
            additionalAttributes: { projectId: path.slice("projects/".length) },
          }),
          displayName,
          state: "ACTIVE",
          organization: call.tenant.hierarchy.organization.path,
          ...(parent && { parentFullResourceName: crm + parent }),
        }));
      return pageOf(call, "results", records, { stream: "projects", required: ["name"] }, { usual: 100, max: 500 });
    },
  ),
];
