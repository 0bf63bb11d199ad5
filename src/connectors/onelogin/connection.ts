import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { Probes } from "#src/connector-kit/probe.ts";
import { isObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";
import { ProviderResponseError } from "#src/errors.ts";

/** Asks for one account. Whether the pair may change something as well shows only when it does. */
export async function testConnection({ http, settings, credential }: Context): Promise<ConnectionTest> {
  const probes = new Probes();
  await probes.read("Read All", () => http.get("/api/2/users", { query: { limit: 1 } }));
  const externalAccountId = credential?.extra.account_id;
  if (!externalAccountId) throw new ProviderResponseError("OneLogin's token names no account.", "account_id");
  return { externalAccountId, accountName: settings.subdomain ?? externalAccountId, missingScopes: probes.missing };
}

/** People paste the address of the portal, and subdomains are written in any case. */
export function normaliseSettings(settings: Settings): Settings {
  return { ...settings, subdomain: settings.subdomain?.toLowerCase() };
}

/**
 * `{ status: { code, type, message } }` of /api/1, `{ statusCode, name, message }` of /api/2. A pair whose scope is too small is refused with
 * 401 as well, in other words. Source: https://developers.onelogin.com/api-docs/1/getting-started/working-with-api-credentials
 */
export const mapError = refusals(
  ({ body }) => {
    const answer = objectOf(body);
    const { message } = isObject(answer.status) ? answer.status : answer;
    const { description } = objectOf(message);
    return { code: null, message: textOf(message) ?? textOf(description) ?? "" };
  },
  [
    {
      ...{ status: 401, kind: "scope", words: /insufficient permission/i },
      message: "The scope of the OneLogin credential pair is too small for this.",
    },
    {
      ...{ status: 401, kind: "auth" },
      message: "OneLogin refused the credential pair or its token: it was disabled, deleted or is of another account.",
    },
    {
      ...{ status: 403, kind: "scope" },
      message: "OneLogin denies access: a scope of the credential pair or a subscription is missing.",
    },
    {
      status: 422,
      kind: "request",
      message: ({ message }) => `OneLogin refused the change: ${message || "no reason given"}.`,
    },
  ],
);
