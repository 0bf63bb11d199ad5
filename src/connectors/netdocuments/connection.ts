import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { Probes } from "#src/connector-kit/probe.ts";
import { objectOf, textOf } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";
import { logRequest, repositoryPath } from "./api.ts";

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
      message: "NetDocuments does not know this. A repository is found at the host of its own region only.",
    },
  ],
);
