import type { ApiRoute, Call } from "../../kit/api.ts";
import { guarded } from "../../kit/api.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import { ok, problem } from "../_microsoft/answers.ts";
import type { Caller } from "../_microsoft/entra.ts";
import type { ContentType } from "./event-types.ts";
import type { Office365Tenant } from "./tenant.ts";

type ContentCall = Call<Office365Tenant, Caller>;

const root = "/api/:version/:directory/activity/feed";
const weekMs = 7 * 86_400_000;
/** Rows of one page. */
const pageSize = 20;

/** https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-reference */
export const contentRoutes: ApiRoute<Office365Tenant, Caller>[] = [
  guarded("GET", `${root}/subscriptions/list`, "ActivityFeed.Read", ({ tenant }) =>
    ok([...tenant.content.subscriptions].map((contentType) => ({ contentType, status: "enabled", webhook: null }))),
  ),
  guarded("POST", `${root}/subscriptions/start`, "ActivityFeed.Read", ({ tenant, request }) => {
    const contentType = request.query.get("contentType") as ContentType;
    tenant.content.subscriptions.add(contentType);
    return ok({ contentType, status: "enabled", webhook: null });
  }),
  guarded("GET", `${root}/subscriptions/content`, "ActivityFeed.Read", content),
  guarded("GET", `${root}/audit/:content`, "ActivityFeed.Read", ({ tenant, parameters }) => {
    const records = tenant.content.records(parameters.content ?? "");
    if (!records) return problem(400, "AF20050", `The specified content (${parameters.content}) does not exist.`);
    return ok(shape(tenant, "activities", records, ["Id", "CreationTime", "Operation"]));
  }),
];

function content({ tenant, request, origin, now, caller }: ContentCall): SandboxResponse {
  const { query, path } = request;
  const contentType = query.get("contentType") as ContentType;
  if (contentType === "DLP.All" && !caller.roles.includes("ActivityFeed.ReadDlp"))
    return lacking("ActivityFeed.ReadDlp");
  if (!tenant.content.subscriptions.has(contentType))
    return problem(400, "AF20022", "No subscription found for the specified content type.");
  const [start, end] = ["startTime", "endTime"].map((name) => Date.parse(`${query.get(name)}Z`)) as [number, number];
  if (!(start < end) || end - start > 86_400_000 || start < now - weekMs)
    return problem(400, "AF20030", "Start time and end time must both be specified and at most 24 hours apart.");
  const blobs = tenant.content.blobs(contentType, start, end);
  const from = Number(query.get("nextPage") ?? 0);
  const next = from + pageSize < blobs.length ? from + pageSize : undefined;
  const rows = blobs.slice(from, from + pageSize).map(({ id, created }) => ({
    contentType,
    contentId: id,
    contentUri: `${origin}/api/v1.0/${tenant.entra.tenantId}/activity/feed/audit/${id}`,
    contentCreated: new Date(created).toISOString(),
    contentExpiration: new Date(created + weekMs).toISOString(),
  }));
  const link = new URLSearchParams({
    ...{ contentType, startTime: query.get("startTime") ?? "", endTime: query.get("endTime") ?? "" },
    nextPage: String(next),
  });
  return {
    ...ok(shape(tenant, "activities", rows, ["contentUri", "contentId"])),
    headers: next === undefined ? {} : { NextPageUri: `${origin}${path.replace("/v1.0/", "/v1/")}?${link}` },
  };
}

/** The Management Activity API's refusal of a token. */
export function lacking(permission: string): SandboxResponse {
  const message = `The permission set () sent in the request did not include the expected permission ${permission}.`;
  return problem(403, "AF10001", message);
}
