import { finding, guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { type Listing, listingOf, numberedPage } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import type { SmartsheetCall, SmartsheetRoute } from "./access.ts";
import { done, invalid, notFound, ok } from "./answers.ts";
import type { SmartsheetTenant } from "./tenant.ts";

const withUser = finding<SmartsheetTenant, SmartsheetCall["caller"], number>(
  "id",
  ({ tenant }, id) => {
    const index = tenant.people.indexOf(id);
    return index !== undefined && tenant.people.exists(index) ? index : undefined;
  },
  notFound,
);
const withGroup = finding<SmartsheetTenant, SmartsheetCall["caller"], number>(
  "id",
  ({ tenant }, id) => tenant.groups.find(id),
  notFound,
);

export const userRoutes: SmartsheetRoute[] = [
  guarded("GET", "/2.0/users/me", "", ({ tenant }) => {
    const { id, email, firstName, lastName, admin, groupAdmin, licensedSheetCreator } = tenant.people.record(0, false);
    const account = { id: tenant.accountId, name: tenant.accountName };
    return ok({ id, email, firstName, lastName, admin, groupAdmin, licensedSheetCreator, locale: "en_US", account });
  }),
  guarded("GET", "/2.0/users", "READ_USERS", (call) => {
    const { tenant, request } = call;
    const asked = request.query.get("email")?.toLowerCase().split(",");
    const people = asked
      ? listingOf(asked.flatMap((email) => tenant.people.find(email) ?? []))
      : (tenant.people as Listing<number>);
    const size = Number(request.query.get("pageSize") ?? 100);
    const withLogin = request.query.get("include") === "lastLogin" && size <= 100;
    return page(call, people, "users", ["id"], (index) => tenant.people.record(index, withLogin));
  }),
  guarded("PUT", "/2.0/users/:id", "ADMIN_USERS", withUser(update)),
  settingStatus("deactivate", "DEACTIVATED"),
  settingStatus("reactivate", "ACTIVE"),
  guarded("GET", "/2.0/groups", "READ_USERS", (call) => {
    const { groups } = call.tenant;
    const all = listingOf(Array.from({ length: groups.count }, (_, group) => group));
    return page(call, all, "groups", ["id", "name"], (group) => groups.record(group));
  }),
  guarded(
    "GET",
    "/2.0/groups/:id",
    "READ_USERS",
    withGroup(({ tenant }, group) => {
      const members = shape(tenant, "groups", tenant.groups.memberRecords(group), ["id"]);
      return ok({ ...tenant.groups.record(group), members });
    }),
  ),
];

/** The page past the last one repeats nobody. */
export function page<R>(
  call: SmartsheetCall,
  listing: Listing<R>,
  stream: string,
  required: string[],
  write: (record: R) => Record<string, unknown>,
): SandboxResponse {
  const { tenant, request } = call;
  const size = Math.max(1, Number(request.query.get("pageSize") ?? 100));
  const { records, number, last, total } = numberedPage(request, "page", listing, size);
  const data = shape(tenant, stream, records.map(write), required);
  return ok({ pageNumber: number, pageSize: size, totalPages: last, totalCount: total, data });
}

function update(call: SmartsheetCall, user: number): SandboxResponse {
  const { tenant, request } = call;
  const { admin, groupAdmin, licensedSheetCreator } = jsonBody(request) ?? {};
  if (typeof admin !== "boolean" || typeof licensedSheetCreator !== "boolean")
    return invalid("Required object attribute(s) are missing from your request: admin, licensedSheetCreator.");
  const roles = { admin, licensedSheetCreator, ...(typeof groupAdmin === "boolean" && { groupAdmin }) };
  tenant.people.setRoles(user, roles);
  tenant.append({ type: "USER - UPDATE_USER", actor: tenant.people.idOf(0), person: user });
  const { id, email, name, firstName, lastName } = tenant.people.record(user, false);
  return ok({ message: "SUCCESS", resultCode: 0, result: { id, email, name, firstName, lastName, ...roles } });
}

function settingStatus(verb: string, status: "ACTIVE" | "DEACTIVATED"): SmartsheetRoute {
  return guarded(
    "POST",
    `/2.0/users/:id/${verb}`,
    "ADMIN_USERS",
    withUser(({ tenant, now }, user) => {
      if (tenant.region === "gov") return invalid("This operation is not supported.");
      if (tenant.people.isGuest(user)) return invalid("The user is not of a domain of the plan.");
      if (user === 0) return invalid("You cannot deactivate yourself.");
      tenant.people.edit(user, now, { status });
      tenant.append({ type: "USER - UPDATE_USER", actor: tenant.people.idOf(0), person: user });
      return done;
    }),
  );
}
