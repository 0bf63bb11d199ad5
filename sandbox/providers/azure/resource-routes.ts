import { jsonBody } from "../../kit/body.ts";
import { listingOf, pageAt, placeOf, tokenAt } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { ok, problem } from "../_microsoft/answers.ts";
import { type ArmCall, arm, armPage } from "./arm.ts";
import type { Estate } from "./resources.ts";

/** Listings of a subscription, with what a refusal names. */
const listings: readonly [path: string, action: string, key: keyof Estate][] = [
  ["Microsoft.Insights/diagnosticSettings", "Microsoft.Insights/diagnosticSettings/read", "diagnosticSettings"],
  ["microsoft.insights/activityLogAlerts", "Microsoft.Insights/activityLogAlerts/read", "activityLogAlerts"],
  ["Microsoft.Security/pricings", "Microsoft.Security/pricings/read", "pricings"],
  ["Microsoft.Security/securityContacts", "Microsoft.Security/securityContacts/read", "securityContacts"],
  ["Microsoft.Security/secureScores", "Microsoft.Security/secureScores/read", "secureScores"],
  ["Microsoft.Security/assessments", "Microsoft.Security/assessments/read", "assessments"],
  ["Microsoft.Storage/storageAccounts", "Microsoft.Storage/storageAccounts/read", "storageAccounts"],
];

export const resourceRoutes = [
  ...listings.map(([path, action, key]) =>
    arm("GET", `/subscriptions/:subscription/providers/${path}`, action, (call) => {
      const estate = call.tenant.settings.estates.get(call.parameters.subscription ?? "");
      if (!estate)
        return problem(
          404,
          "SubscriptionNotFound",
          `The subscription '${call.parameters.subscription}' could not be found.`,
        );
      // These two have no further pages.
      if (key === "diagnosticSettings" || key === "pricings") return ok({ value: estate[key] });
      return armPage(call, listingOf(estate[key]), { stream: "posture", required: [], write: (one) => one });
    }),
  ),
  arm("POST", "/providers/Microsoft.ResourceGraph/resources", "", query),
];

/** Takes `resources | where type =~ '…'` alone. What a caller may not see it leaves out. https://learn.microsoft.com/en-us/azure/governance/resource-graph/ */
function query({ tenant, request }: ArmCall): SandboxResponse {
  const body = jsonBody(request) ?? {};
  const options = (body.options ?? {}) as Record<string, unknown>;
  const [, type] = /^resources \| where type =~ '([^']+)'/i.exec(String(body.query)) ?? [];
  const start = placeOf((options.$skipToken as string | undefined) ?? null);
  if (!type || start === undefined)
    return problem(400, "BadRequest", "Please provide below info when asking for support: query is invalid.");
  const asked = (body.subscriptions as string[] | undefined) ?? tenant.subscriptions.map(({ id }) => id);
  const found = asked
    .filter((id) => !tenant.deniedSubscriptions.has(id))
    .flatMap((id) => tenant.settings.estates.get(id)?.resources ?? [])
    .filter((one) => one.type === type.toLowerCase());
  const { records, next } = pageAt(listingOf(found), start, Number(options.$top ?? 1000));
  return ok({
    ...{ totalRecords: found.length, count: records.length, resultTruncated: "false", facets: [], data: records },
    ...(next === undefined ? {} : { $skipToken: tokenAt(next) }),
  });
}
