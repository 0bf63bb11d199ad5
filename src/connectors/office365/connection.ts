import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { missingScopes } from "#src/connector-kit/probe.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { organizationOf } from "../_microsoft/connection.ts";
import { microsoftErrors } from "../_microsoft/refusals.ts";
import { manifest } from "./manifest.ts";

/** Names the tenant. The token's own permissions show what is missing. */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const wanted = wantedScopes(manifest, context.settings, context.components);
  return {
    ...(await organizationOf(context)),
    missingScopes: missingScopes(wanted, context.credential?.scopes ?? []),
  };
}

export const mapError = microsoftErrors();
