import { guarded } from "../../kit/api.ts";
import { listingOf, sizeOf, tokenPage } from "../../kit/paging.ts";
import { missesScope } from "../../trouble.ts";
import type { GcpCall, GcpRoute } from "./access.ts";
import { groupDenied, invalid } from "./answers.ts";

type Json = Record<string, unknown>;

/** Who reads groups has a role in the Google Admin console; Cloud Identity refuses others as it refuses what does not exist. */
const reading = (run: (call: GcpCall) => ReturnType<GcpRoute["run"]["run"]>) => (call: GcpCall) =>
  missesScope(call.tenant, "Groups Reader") ? groupDenied() : run(call);

function pageOf({ tenant, request }: GcpCall, list: string, records: readonly Json[]) {
  const page = tokenPage(
    request,
    "pageToken",
    listingOf(records),
    sizeOf(request, "pageSize", { usual: 200, max: 500 }, tenant),
  );
  if (!page) return invalid("Request contains an invalid argument.");
  return {
    status: 200,
    body: { [list]: page.records, ...(page.nextToken !== undefined && { nextPageToken: page.nextToken }) },
  };
}

/** https://cloud.google.com/identity/docs/reference/rest/v1/groups */
export const identityRoutes: GcpRoute[] = [
  guarded(
    "GET",
    "/v1/groups",
    "",
    reading((call) => {
      const { groups, hierarchy } = call.tenant;
      if (call.request.query.get("parent") !== `customers/${hierarchy.customerId}`) return groupDenied();
      const records = Array.from({ length: groups.count }, (_, group) => ({
        name: groups.nameOf(group),
        groupKey: { id: groups.emailOf(group) },
        displayName: groups.emailOf(group).split("@")[0],
      }));
      return pageOf(call, "groups", records);
    }),
  ),
  guarded(
    "GET",
    "/v1/groups:lookup",
    "",
    reading(({ tenant, request }) => {
      const group = tenant.groups.byEmail(request.query.get("groupKey.id") ?? "");
      return group === undefined ? groupDenied() : { status: 200, body: { name: tenant.groups.nameOf(group) } };
    }),
  ),
  guarded(
    "GET",
    "/v1/groups/:group/memberships",
    "",
    reading((call) => {
      const { groups, people } = call.tenant;
      const group = groups.find(`groups/${call.parameters.group}`);
      if (group === undefined) return groupDenied();
      const member = (id: string, type: string, number: number) => ({
        name: `groups/${call.parameters.group}/memberships/${number}`,
        preferredMemberKey: { id },
        type,
        roles: [{ name: "MEMBER" }],
      });
      const listed = groups.members(group);
      const members = Array.from({ length: listed.count }, (_, place) => listed.at(place)).flatMap((one) => one ?? []);
      const nested = groups.nestedIn(group);
      return pageOf(call, "memberships", [
        ...members.map((person) => member(people.emailOf(person), "USER", person)),
        ...(nested === undefined ? [] : [member(groups.emailOf(nested), "GROUP", people.count)]),
      ]);
    }),
  ),
];
