import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { commonDomains } from "#src/connector-kit/domains.ts";
import { missingScopes, optional } from "#src/connector-kit/probe.ts";
import { isObject, listOf, needText, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { read, tagAt } from "./api.ts";
import { manifest } from "./manifest.ts";

/** Names the team. The token's own list of scopes shows what is missing. */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const wanted = wantedScopes(manifest, context.settings, context.components);
  const missing = missingScopes(wanted, context.credential?.scopes ?? []);
  // The sign-in names the team as well, but by its id only.
  const { value: team } = await optional(() => read(context, "team/get_info"));
  const externalAccountId = textOf(team?.team_id) ?? needText(context.credential?.extra.team_id, "team_id");
  return {
    externalAccountId,
    accountName: textOf(team?.name) ?? externalAccountId,
    missingScopes: missing,
    domains: missing.includes("members.read") ? [] : await domainsOf(context),
  };
}

/** Dropbox shows verified domains to no app. */
async function domainsOf(context: Context): Promise<string[]> {
  const { value } = await optional(() => read(context, "team/members/list_v2", { limit: 1000 }));
  return commonDomains(
    listOf(value?.members).map((member) => ({
      email: textOf(valueAt(member, "profile.email")),
      isAdmin: listOf(objectOf(member).roles).length > 0,
    })),
  );
}

/** Tags of errors that are about one thing asked for, which is not there. */
const absent =
  /^(path(_lookup)?|from_lookup)\/not_found|^(invalid_select_user|user_suspended|shared_link_not_found)\b|^access_error\/invalid_(id|file)/;

/** Source: https://www.dropbox.com/developers/documentation/http/documentation#error-handling */
export const mapError = refusals(
  ({ body }) => ({ code: tagAt(body, "error"), message: textOf(objectOf(body).error_summary) ?? textOf(body) ?? "" }),
  [
    {
      ...{ codes: ["missing_scope"], kind: "scope" },
      message: "The app was not given a scope that this needs.",
      scopes: ({ body }) => [textOf(valueAt(body, "error.required_scope")) ?? []].flat(),
    },
    // About the member in whose name was asked, not about our own access.
    {
      ...{ words: absent, kind: "notFound" },
      message: ({ message }) => `Dropbox has nothing there: ${reasonOf(message)}.`,
    },
    {
      ...{ codes: ["invalid_select_admin", "mapping_not_found", "admin_not_active"], kind: "request" },
      message:
        "The administrator who connected Gatehouse is no longer an active administrator: connect again as another one.",
    },
    {
      ...{ status: 401, kind: "auth" },
      message: ({ message }) => `Dropbox no longer accepts the credential: ${reasonOf(message)}.`,
    },
    {
      ...{ status: 403, kind: "request" },
      message: ({ message }) => `The plan or the role does not allow this: ${reasonOf(message)}.`,
    },
    {
      ...{ status: 409, kind: "request" },
      message: ({ message }) => `Dropbox refuses the request: ${reasonOf(message)}.`,
    },
    {
      ...{ status: 400, when: ({ body }) => !isObject(body), kind: "request" },
      message: ({ message }) => `Dropbox does not understand the request: ${message.slice(0, 200)}`,
    },
  ],
);

/** `path/not_found/..` → `path/not_found`: the end is noise, so that nobody compares whole summaries. */
function reasonOf(summary: string): string {
  return summary.replace(/\/?\.*$/, "").slice(0, 200) || "no reason is given";
}
