import { type Api, type ApiRoute, type Call, guarded, type OpenCall } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import type { SandboxResponse } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";
import { authError, badRequest } from "./answers.ts";
import type { DropboxTenant } from "./tenant.ts";

/** In whose name a call is made, and where its paths begin. */
export interface Caller {
  scopes: string[];
  /** `Dropbox-API-Select-User` or `Dropbox-API-Select-Admin`; undefined: the team itself. */
  as: { person: number; admin: boolean } | undefined;
  root: { mode: "home" } | { mode: "root" | "namespace_id"; id: string };
}

export type DropboxCall = Call<DropboxTenant, Caller>;
export type DropboxRoute = ApiRoute<DropboxTenant, Caller>;

/** A route of the API: a POST with JSON, with `null` or without a body where it takes no arguments. */
export function rpc(
  route: string,
  scope: string,
  run: (args: Record<string, unknown>, call: DropboxCall) => SandboxResponse,
): DropboxRoute {
  return guarded("POST", `/2/${route}`, scope, (call) => {
    const text = call.request.body.toString("utf8");
    if (text === "") return run({}, call);
    if (!/^application\/json/.test(call.request.headers["content-type"] ?? ""))
      return badRequest(route, 'Bad HTTP "Content-Type" header.');
    try {
      const args: unknown = JSON.parse(text);
      if (args === null || typeof args === "object") return run((args ?? {}) as Record<string, unknown>, call);
    } catch {
      // Refused below.
    }
    return badRequest(route, "request body: could not decode input as JSON");
  });
}

/** A route of a user, made as a member or as an administrator. */
export function userRpc(
  route: string,
  scope: string,
  run: (args: Record<string, unknown>, call: DropboxCall & { person: number }) => SandboxResponse,
): DropboxRoute {
  return rpc(route, scope, (args, call) => {
    const person = call.caller.as?.person;
    if (person === undefined)
      return badRequest(
        route,
        "This API function operates on a single Dropbox account, but the OAuth 2 access token you provided is for an entire Dropbox Business team.",
      );
    return run(args, { ...call, person });
  });
}

export function authenticate({ tenant, request }: OpenCall<DropboxTenant>) {
  const bearer = credentialOf(request, "Bearer");
  if (tenant.faults.unauthorized || tenant.faults.revoked || !bearer)
    return { refusal: authError("invalid_access_token") };
  const granted = tenant.oauth.authenticate(bearer);
  if (!granted) return { refusal: authError("expired_access_token") };
  const header = (name: string) => request.headers[`dropbox-api-${name}`] as string | undefined;
  const [user, admin] = [header("select-user"), header("select-admin")];
  const person = tenant.people.find(user ?? admin ?? "");
  const status = person === undefined ? undefined : tenant.people.status(person);
  if (user !== undefined && (person === undefined || status === "invited"))
    return { refusal: authError("invalid_select_user") };
  if (user !== undefined && status === "suspended") return { refusal: authError("user_suspended") };
  if (admin !== undefined && (person === undefined || !tenant.isTeamAdmin(person)))
    return { refusal: authError("invalid_select_admin") };
  const root = rootOf(header("path-root"));
  if (!root) return { refusal: badRequest("path root", "Dropbox-API-Path-Root is no JSON") };
  const as = person === undefined ? undefined : { person, admin: admin !== undefined };
  return { caller: { scopes: granted.scopes, as, root } };
}

function rootOf(header: string | undefined): Caller["root"] | undefined {
  if (header === undefined) return { mode: "home" };
  try {
    const { ".tag": mode, root, namespace_id } = JSON.parse(header) as Record<string, string>;
    if (mode === "root" || mode === "namespace_id") return { mode, id: String(mode === "root" ? root : namespace_id) };
    return mode === "home" ? { mode } : undefined;
  } catch {
    return undefined;
  }
}

/** Acting as a member takes `team_data.member`; as an administrator also the right to the team's content. */
export const refuse: Api<DropboxTenant, Caller>["refuse"] = ({ tenant, caller }, scope) => {
  const content = /\.write$/.test(scope) ? "team_data.content.write" : "team_data.content.read";
  const selected = caller.as ? ["team_data.member", ...(caller.as.admin ? [content] : [])] : [];
  const missing = [scope, ...selected].find(
    (one) => one !== "" && (!caller.scopes.includes(one) || missesScope(tenant, one)),
  );
  return missing === undefined ? undefined : authError("missing_scope", { required_scope: missing });
};
