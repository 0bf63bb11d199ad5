import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Listing, walkPages } from "#src/connector-kit/page-walk.ts";
import { byScim, byToken, type Pager, toRequest } from "#src/connector-kit/pagers.ts";
import { type Json, listOf, needList, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";
import { ProviderAuthError, ProviderRequestError } from "#src/errors.ts";
import type { HttpResponse } from "#src/platform/http/client.ts";

type Arguments = Readonly<Record<string, string>>;

/**
 * The Web API answers refusals with 200 and `ok: false`; audit logs and SCIM with statuses of their own. `needed` names missing scopes.
 * Source: https://docs.slack.dev/apis/web-api/#responses
 */
export const mapError = refusals(
  ({ body }) => {
    const { error, Errors } = objectOf(body);
    const code = textOf(error) ?? textOf(objectOf(Errors).description);
    return { code, message: code ?? "" };
  },
  [
    {
      kind: "scope",
      codes: ["missing_scope"],
      message: "Slack denies access: a scope of the user token is missing.",
      scopes: ({ body }) => neededIn(body),
    },
    {
      kind: "scope",
      codes: ["feature_not_enabled"],
      message: "Slack denies access: the plan of the organization does not have this.",
    },
    {
      kind: "scope",
      codes: [
        ...["not_an_admin", "not_allowed", "access_denied", "no_permission", "restricted_action"],
        ...["team_not_authorized", "team_access_not_granted"],
      ],
      message: "Slack denies access: the person who installed the app is no Org Owner.",
    },
    {
      kind: "scope",
      codes: ["app_management_app_not_installed_on_org"],
      message: "Slack denies access: the app is not installed in the whole organization.",
    },
    {
      kind: "auth",
      codes: [
        ...["invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"],
        ...["not_allowed_token_type", "org_login_required"],
      ],
      message:
        "Slack no longer accepts the user token: it was revoked, or the person who installed the app was deactivated.",
    },
    // With 429 the header states how long.
    {
      status: 200,
      kind: "rateLimit",
      codes: ["ratelimited", "rate_limited"],
      message: "Slack's limit of calls is reached.",
    },
    {
      kind: "unavailable",
      codes: ["internal_error", "fatal_error", "service_unavailable", "request_timeout"],
      message: "Slack is not available.",
    },
    {
      kind: "notFound",
      codes: ["user_not_found", "app_not_found", "team_not_found"],
      message: "Slack does not know this.",
    },
    { status: 401, kind: "auth", message: "Slack no longer accepts the user token." },
    { status: 403, kind: "scope", message: "Slack denies access: a scope is missing, or the person is no Org Owner." },
    { status: 404, kind: "notFound", message: "Slack does not know this." },
  ],
);

const neededIn = (body: unknown): string[] => textOf(objectOf(body).needed)?.match(/[\w.:]+/g) ?? [];

/** A method of the Web API. What it refuses with `ok: false` throws as a status would. `retry`: repeating it does no harm. */
export async function ask(
  { http, now }: Context,
  method: string,
  form: Arguments = {},
  retry = true,
): Promise<HttpResponse> {
  const answer = await http.request({ method: "POST", url: `/${method}`, form, retry });
  const body = needObject(answer.body, "$");
  if (body.ok === true) return answer;
  const { status, headers } = answer;
  const stated = textOf(body.error) ?? "no reason given";
  throw (
    mapError({ status, headers, body }, now()) ??
    new ProviderRequestError(`Slack refused ${method}: ${stated}.`, { status })
  );
}

export const call = async (...asked: Parameters<typeof ask>): Promise<Json> => (await ask(...asked)).body as Json;

/** An empty cursor is the end. Source: https://docs.slack.dev/apis/web-api/pagination */
const byCursor = (list: string): Pager => {
  return async (context, first, at) => {
    const { url, form } = toRequest(first);
    context.signal.throwIfAborted();
    const body = await call(context, url, { ...form, ...(at === null ? {} : { cursor: at }) });
    const next = textOf(objectOf(body.response_metadata).next_cursor);
    return { records: needList(body[list], list), path: list, next, body };
  };
};

function listing(method: string, list: string, form: Arguments): Listing {
  return { name: method, first: { url: method, form: { limit: "100", ...form } }, page: byCursor(list) };
}

/** Those who are active, or those who are not: one listing has not both. Source: https://docs.slack.dev/reference/methods/admin.users.list */
export const people = (isActive: boolean): Listing => ({
  ...listing("admin.users.list", "users", { is_active: String(isActive) }),
  name: isActive ? "active accounts" : "deactivated accounts",
});

/** Source: https://docs.slack.dev/reference/methods/admin.teams.list */
export const workspaces = listing("admin.teams.list", "teams", {});

/**
 * Apps that Slack certified, or all others: without `certified` those are left out, and no listing has both.
 * Source: https://docs.slack.dev/reference/methods/admin.apps.approved.list and admin.apps.restricted.list
 */
export const apps = (context: Context, kind: "approved" | "restricted"): readonly Listing[] =>
  [false, true].map((isCertified) => ({
    ...listing(`admin.apps.${kind}.list`, `${kind}_apps`, {
      enterprise_id: enterpriseOf(context),
      certified: String(isCertified),
    }),
    name: `${kind} apps${isCertified ? ", certified" : ""}`,
  }));

/** Source: https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference */
export const auditLogs = "https://api.slack.com/audit/v1/logs";
export const byAuditCursor = byToken({
  ...{ list: "entries", parameter: "cursor", next: "response_metadata.next_cursor" },
});

/** Source: https://docs.slack.dev/reference/scim-api */
export const scim = "https://api.slack.com/scim/v2";
export const groups: Listing = { name: "groups", first: `${scim}/Groups`, page: byScim() };

export function enterpriseOf({ credential }: Context): string {
  const id = credential?.extra.enterprise_id;
  if (!id) throw new ProviderAuthError("An Org Owner must consent again.");
  return id;
}

export async function readAll(context: Context, ...listings: readonly Listing[]): Promise<Json[]> {
  const all: Json[] = [];
  for (const from of listings)
    for await (const { records, path } of walkPages(context, from))
      all.push(...records.map((record, index) => needObject(record, `${path}[${index}]`)));
  return all;
}

export const namesIn = (scopes: unknown): string[] => listOf(scopes).flatMap((one) => textOf(objectOf(one).name) ?? []);
