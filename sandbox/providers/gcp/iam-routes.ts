import { finding, guarded } from "../../kit/api.ts";
import type { Caller, GcpRoute } from "./access.ts";
import { notFound } from "./answers.ts";
import { accountRecord, keyRecord } from "./assets.ts";
import type { AccountKey } from "./keys.ts";
import type { GcpTenant } from "./tenant.ts";

const missing = (name: string) => notFound(`Service account or key ${name}`);

const account = finding<GcpTenant, Caller, number>(
  "email",
  ({ tenant: { people } }, email) => {
    const index = people.find(email);
    return index !== undefined && people.isAccount(index) ? index : undefined;
  },
  missing,
);
const key = finding<GcpTenant, Caller, AccountKey>("key", ({ tenant }, id) => tenant.keys.find(id), missing);

const accountPath = "/v1/projects/:project/serviceAccounts/:email";
const keyPath = `${accountPath}/keys/:key`;

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts */
export const iamRoutes: GcpRoute[] = [
  guarded(
    "GET",
    accountPath,
    "iam.serviceAccounts.get",
    account(({ tenant }, index) => ({ status: 200, body: accountRecord(tenant, index) })),
  ),
  ...(["disable", "enable"] as const).flatMap((verb): GcpRoute[] => [
    guarded(
      "POST",
      `${accountPath}:${verb}`,
      `iam.serviceAccounts.${verb}`,
      account(({ tenant, now }, about) => {
        tenant.people.edit(about, now, { status: verb === "disable" ? "disabled" : "active" });
        const method = verb === "disable" ? "DisableServiceAccount" : "EnableServiceAccount";
        tenant.append({ type: `google.iam.admin.v1.${method}`, actor: tenant.account.email, about });
        return { status: 200, body: {} };
      }),
    ),
    guarded(
      "POST",
      `${keyPath}:${verb}`,
      `iam.serviceAccountKeys.${verb}`,
      key((_, found) => {
        found.disabled = verb === "disable";
        return { status: 200, body: {} };
      }),
    ),
  ]),
  guarded(
    "GET",
    keyPath,
    "iam.serviceAccountKeys.get",
    key(({ tenant }, found) => ({ status: 200, body: keyRecord(tenant, found) })),
  ),
  guarded(
    "DELETE",
    keyPath,
    "iam.serviceAccountKeys.delete",
    key(({ tenant }, found) => {
      tenant.keys.remove(found);
      return { status: 200, body: {} };
    }),
  ),
];
