import type { Authorization, ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { clientCredentials } from "#src/connector-kit/oauth.ts";
import { Probes } from "#src/connector-kit/probe.ts";
import { objectOf, textOf } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";
import { logRequest, repositoryPath } from "./api.ts";

const hosts: Readonly<Record<string, string>> = {
  us: "api.vault.netvoyage.com",
  eu: "api.eu.netdocuments.com",
  au: "api.au.netdocuments.com",
  de: "api.de.netdocuments.com",
  can: "api.can.netdocuments.com",
};

export const baseUrl = ({ region = "us" }: Settings): string => `https://${hosts[region] ?? hosts.us}`;

/**
 * The app itself, for one repository: a bar parts its id from the repository's. Tokens live for an hour, and there is no refresh token.
 * Source: https://github.com/microsoft/PowerPlatformConnectors/tree/dev/certified-connectors/NetDocuments
 */
export const authorization: Authorization = {
  interactive: () => false,
  obtain: (context) =>
    clientCredentials(
      context,
      {
        provider: "NetDocuments",
        tokenUrl: "/v1/OAuth",
        clientId: `${context.settings.clientId}|${context.settings.repositoryId}`,
        clientSecret: context.settings.clientSecret,
        authentication: "basic",
        headers: { accept: "application/json" },
        lifetimeSeconds: 3600,
      },
      { scopes: ["read", "admin"] },
    ),
  // Without it some answers are XML.
  sign: ({ accessToken }) => ({ headers: { authorization: `Bearer ${accessToken}`, accept: "application/json" } }),
};

/** Names the repository, and asks for its members and for a minute of its log. */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const { http, settings, now } = context;
  const repositoryId = settings.repositoryId ?? "";
  const info = objectOf((await http.get(`${repositoryPath(context)}/info`)).body);
  const probes = new Probes();
  await probes.read("read", () => http.get(`${repositoryPath(context)}/users`));
  const [from, to] = [new Date(now().getTime() - 60_000), now()];
  await probes.read("admin", () => http.request(logRequest(context, "admin", from, to)));
  return {
    externalAccountId: repositoryId,
    accountName: textOf(info.name) ?? repositoryId,
    missingScopes: probes.missing,
  };
}

/** Bodies of refusals are not documented: the status decides. */
export const mapError = refusals(
  ({ body }) => ({ code: null, message: textOf(objectOf(body).message) ?? textOf(objectOf(body).error) ?? "" }),
  [
    {
      ...{ status: 401, kind: "auth" },
      message: "NetDocuments no longer accepts the token, or the app is not enabled for this repository.",
    },
    {
      ...{ status: 403, kind: "scope" },
      message: "NetDocuments denies access: a scope of the app is missing, or it is no repository administrator.",
    },
    {
      ...{ status: 404, kind: "notFound" },
      message: "NetDocuments does not know this repository: is it of another region?",
    },
  ],
);
