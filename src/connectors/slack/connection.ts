import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { scopesOf } from "#src/connector-kit/credential.ts";
import { missingScopes, Probes } from "#src/connector-kit/probe.ts";
import { needObject, textOf } from "#src/connector-kit/record.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { ProviderAuthError } from "#src/errors.ts";
import { ask, auditLogs, call } from "./api.ts";
import { manifest } from "./manifest.ts";

/** Every answer names the scopes of its token. What the plan or the role takes away shows only when it is asked for. */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const { http, settings, credential } = context;
  const { body, headers } = await ask(context, "auth.test");
  const { enterprise_id, team } = needObject(body, "$");
  const externalAccountId = textOf(enterprise_id);
  if (externalAccountId === null)
    throw new ProviderAuthError(
      "This is a workspace without an Enterprise organization, or the app is installed in a workspace.",
    );
  const wanted = wantedScopes(manifest, settings, []);
  const granted = scopesOf(headers.get("x-oauth-scopes") ?? undefined) ?? credential?.scopes ?? wanted;
  const probes = new Probes();
  for (const scope of missingScopes(wanted, granted)) probes.add(scope);
  await probes.read("admin.users:read", () => call(context, "admin.users.list", { limit: "1" }));
  await probes.read("auditlogs:read", () => http.get(auditLogs, { query: { limit: 1 } }));
  return {
    externalAccountId,
    accountName: textOf(team) ?? externalAccountId,
    missingScopes: wanted.filter((scope) => probes.missing.includes(scope)),
  };
}
