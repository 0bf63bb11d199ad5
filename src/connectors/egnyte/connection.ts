import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { commonDomains } from "#src/connector-kit/domains.ts";
import { Probes } from "#src/connector-kit/probe.ts";
import { listOf, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";
import { auditPath, folderPath, groupsPath, linksPath, usersPath } from "./api.ts";
import { audience } from "./map.ts";

/** `https://Acme.egnyte.com/` → `acme`. */
export function normaliseSettings(settings: Settings): Settings {
  return { ...settings, domain: (settings.domain ?? "").toLowerCase() };
}

/**
 * Egnyte does not report which scopes and rights a token has in a documented way, so one record of everything is read: seven calls.
 * The name of the domain is its id.
 */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const { http, settings, now } = context;
  await http.get("/pubapi/v1/userinfo");
  const probes = new Probes();
  const shared = folderPath("/Shared");
  const users = await probes.read("Egnyte.user", () => http.get(usersPath, { query: { startIndex: 1, count: 100 } }));
  await probes.read("Egnyte.group", () => http.get(groupsPath, { query: { startIndex: 1, count: 1 } }));
  const startDate = new Date(now().getTime() - 60_000).toISOString();
  await probes.read("Egnyte.audit", () => http.get(auditPath, { query: { startDate, endDate: now().toISOString() } }));
  await probes.read("Egnyte.link", () => http.get(linksPath, { query: { offset: 0, count: 1 } }));
  await probes.read("Egnyte.filesystem", () => http.get(`/pubapi/v1/fs/${shared}`, { query: { list_content: false } }));
  await probes.read("Egnyte.permission", () => http.get(`/pubapi/v2/perms/${shared}`));
  const domain = settings.domain ?? "";
  return {
    externalAccountId: domain,
    accountName: domain,
    missingScopes: probes.missing,
    domains: commonDomains(peopleIn(users?.body)),
  };
}

/** Egnyte states no domains of the organisation. */
function peopleIn(body: unknown): { email: string | null; isAdmin: boolean }[] {
  return listOf(objectOf(body).resources)
    .map(objectOf)
    .filter((user) => audience(user) === "inside")
    .map(({ email, userType }) => ({ email: textOf(email), isAdmin: userType === "admin" }));
}

const tooMany = /^ERR_403_DEVELOPER_OVER_(QPS|RATE)$/;
const errorCode = (headers: Headers) => headers.get("x-mashery-error-code");

/** Sources: https://developers.egnyte.com/docs/read/Best_Practices, https://developers.egnyte.com/docs/read/Public_API_Authentication */
export const mapError = refusals(
  ({ body, headers }) => ({ code: errorCode(headers), message: messageOf(body) }),
  [
    {
      ...{ status: 403, when: ({ headers }) => tooMany.test(errorCode(headers) ?? "") && !headers.has("retry-after") },
      ...{ kind: "rateLimit", message: "Egnyte takes no more calls of this API key for now." },
    },
    {
      ...{ status: 409, when: ({ headers }) => headers.has("retry-after"), kind: "rateLimit", waitSeconds: 900 },
      message: "Egnyte issues no more tokens for now.",
    },
    {
      ...{ codes: ["ERR_403_DEVELOPER_INACTIVE"], kind: "auth" },
      message: "Egnyte has not approved the API key yet, or has switched it off.",
    },
    {
      ...{ status: 401, kind: "auth" },
      message: "Egnyte no longer accepts the credential: it was revoked, or the password was changed.",
    },
    {
      ...{ status: 403, when: ({ headers }) => !headers.has("retry-after"), kind: "scope" },
      message: ({ message }) => `The API key, the role or the plan does not allow this${reason(message)}.`,
    },
  ],
);

const reason = (message: string) => (message === "" ? "" : `: ${message.slice(0, 200).replace(/\.$/, "")}`);

/** `{"Errors":[{"description","code"}]}`, `{"errors":[{"msg"}]}` or `{"errorMessage"}`: it depends on the resource. */
function messageOf(body: unknown): string {
  const first = objectOf(listOf(valueAt(body, "Errors"))[0] ?? listOf(valueAt(body, "errors"))[0]);
  const said = first.description ?? first.msg ?? first.message ?? objectOf(body).errorMessage ?? objectOf(body).message;
  return textOf(said) ?? "";
}
