import { finding, guarded } from "../../kit/api.ts";
import { listingOf } from "../../kit/paging.ts";
import { shape } from "../../trouble.ts";
import type { OneLoginCall, OneLoginRoute } from "./access.ts";
import { ok, refusal } from "./answers.ts";
import { privilegeIds, privileges } from "./tenant.ts";
import { page } from "./user-routes.ts";

const denied = () => refusal(1, 403, "Forbidden", "Delegated Administration is not enabled for this account");
const withPrivilege = finding<OneLoginCall["tenant"], OneLoginCall["caller"], number>(
  "id",
  (_, id) => {
    const place = privilegeIds.indexOfId(id);
    return place !== undefined && place < privileges.length ? place : undefined;
  },
  () => refusal(1, 404, "NotFound", "No such privilege"),
);

const apps = [
  { name: "Payroll", policy_id: null, allow_assumed_signin: true },
  { name: "Wiki", policy_id: 7001, allow_assumed_signin: false },
  { name: "Mail", policy_id: 7001, allow_assumed_signin: false },
];

export const estateRoutes: OneLoginRoute[] = [
  guarded("GET", "/api/1/privileges", "Read All", ({ tenant }) => {
    if (!tenant.hasPrivileges) return denied();
    const all = privileges.map(({ name, actions }, place) => ({
      ...{ id: privilegeIds.idOf(place), name, description: "" },
      privilege: { Version: "2018-05-18", Statement: [{ Effect: "Allow", Action: actions, Scope: ["*"] }] },
    }));
    return ok(shape(tenant, "privileges", all, ["id", "name"]));
  }),
  guarded(
    "GET",
    "/api/1/privileges/:id/users",
    "Read All",
    withPrivilege(({ tenant }, place) => {
      const users = (privileges[place]?.holders ?? [])
        .filter((index) => tenant.people.exists(index))
        .map((index) => Number(tenant.people.idOf(index)));
      return ok({
        total: users.length,
        users,
        beforeCursor: null,
        previousLink: null,
        afterCursor: null,
        nextLink: null,
      });
    }),
  ),
  guarded("GET", "/api/2/apps", "Read All", (call) =>
    page(call, listingOf(apps), "posture", (app) => ({
      ...app,
      id: 7700 + apps.indexOf(app),
      connector_id: 110_016,
      visible: true,
    })),
  ),
  guarded("GET", "/api/2/risk/rules", "Read All", () => ok([{ id: "5f1", name: "Offices", type: "whitelist" }])),
];
