import { problem } from "./access.ts";
import type { Account } from "./people.ts";
import { simpleUser } from "./people.ts";
import type { ApiRoute } from "./routes.ts";
import { api, notFound } from "./routes.ts";

/** Accounts for themselves, whatever organization they are in. */
export const accountRoutes: ApiRoute[] = [
  api("GET", "/user", {}, ({ tenant, caller }) => {
    if (caller.kind === "installation") return problem(403, "Resource not accessible by integration");
    return { status: 200, body: profile(tenant.people.member(0)) };
  }),
  api("GET", "/users/:login", {}, ({ tenant, parameters }) => {
    const account = tenant.people.find(parameters.login ?? "");
    return account ? { status: 200, body: profile(account) } : notFound();
  }),
  api("GET", "/user/:id", {}, ({ tenant, parameters }) => {
    const account = tenant.people.byId(Number(parameters.id));
    return account ? { status: 200, body: profile(account) } : notFound();
  }),
];

/** What anybody may see; most people show no address. */
function profile(account: Account): Record<string, unknown> {
  const email = account.index % 4 === 0 ? account.email : null;
  return { ...simpleUser(account), name: account.name, company: null, email, created_at: "2021-04-01T08:00:00Z" };
}
