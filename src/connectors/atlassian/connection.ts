import type { Authorization, ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { Probes } from "#src/connector-kit/probe.ts";
import { listOf, needObject, needText, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";
import { ProviderAuthError } from "#src/errors.ts";
import { directoriesOf, orgPath, searchPath } from "./api.ts";

/** An organization's API key, which lives a year at most and cannot be renewed. https://developer.atlassian.com/cloud/admin/organization/rest/intro/#auth */
export const authorization: Authorization = {
  interactive: () => false,
  async obtain({ settings: { apiKey } }) {
    if (!apiKey) throw new ProviderAuthError("Fill in an API key of the organization.");
    return { accessToken: apiKey };
  },
  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}` } }),
};

/** Names the organization, and asks for one of everything that is read. A key without scopes may do all of it. */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const { http } = context;
  const { data } = needObject((await http.get(orgPath(context))).body, "$");
  const org = needObject(data, "data");
  const externalAccountId = needText(org.id, "data.id");
  const probes = new Probes();
  const directories = await probes.read("read:directories:admin", () => directoriesOf(context));
  const first = directories?.[0];
  if (first) {
    const search = (what: "users" | "groups") =>
      http.request({ method: "POST", url: searchPath(context, first, what), json: { limit: 1 }, retry: true });
    await probes.read("read:directories:admin", () => search("users"));
    await probes.read("read:groups:admin", () => search("groups"));
  }
  await probes.read("read:events:admin", () => http.get(`${orgPath(context)}/events-stream`, { query: { limit: 1 } }));
  await probes.read("read:policies:admin", () => http.get(`${orgPath(context)}/policies`));
  await probes.read("read:tokens:admin", () => http.get(`${tokensPath(context)}?status=ALLOWED`));
  const domains = await probes.read("read:domains:admin", () => http.get(`${orgPath(context)}/domains`));
  return {
    externalAccountId,
    accountName: textOf(valueAt(org, "attributes.name")) ?? externalAccountId,
    missingScopes: probes.missing.filter((scope) => scope !== "read:domains:admin"),
    ...(domains ? { domains: verified(domains.body) } : {}),
  };
}

export const tokensPath = ({ settings }: Context): string =>
  `/admin/api-access/v1/orgs/${encodeURIComponent(settings.organizationId ?? "")}/api-tokens`;

function verified(body: unknown): string[] {
  return listOf(objectOf(body).data).flatMap((one) => {
    const { name, claim } = objectOf(objectOf(one).attributes);
    return objectOf(claim).status === "verified" ? (textOf(name)?.toLowerCase() ?? []) : [];
  });
}

/** Source: https://developer.atlassian.com/cloud/admin/organization/rest/intro/#status-codes */
export const mapError = refusals(
  ({ body }) => {
    const { errors, message } = objectOf(body);
    const { code, title, detail } = objectOf(listOf(errors)[0]);
    return { code: textOf(code), message: textOf(detail) ?? textOf(title) ?? textOf(message) ?? "" };
  },
  [
    {
      ...{ status: 401, kind: "auth" },
      message: "Atlassian no longer accepts the API key: it has expired, was revoked, or is of another organization.",
    },
    {
      ...{ status: 403, kind: "scope" },
      message: "Atlassian denies access: a scope of the API key or Atlassian Guard is missing.",
    },
    { status: 404, kind: "notFound", message: "Atlassian does not know this organization, account or token." },
    {
      status: 400,
      kind: "request",
      message: ({ message }) => `Atlassian refused the call${message ? `: ${message}` : ""}.`,
    },
  ],
);
