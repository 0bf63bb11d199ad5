import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { missingScopes } from "#src/connector-kit/probe.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { organizationOf } from "../_microsoft/connection.ts";
import { larger } from "../_microsoft/permissions.ts";
import { microsoftErrors } from "../_microsoft/refusals.ts";
import { manifest } from "./manifest.ts";

/** Names the tenant. The token's own permissions show what is missing. */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const wanted = wantedScopes(manifest, context.settings, context.components);
  return {
    ...(await organizationOf(context)),
    missingScopes: missingScopes(wanted, context.credential?.scopes ?? [], { includes: larger }),
  };
}

const noAuditLog = "The unified audit log is not switched on in this tenant: switch on auditing in Microsoft Purview.";

/** Errors of the Management Activity API; those of Graph are alike at all apps of Microsoft. */
export const mapError = microsoftErrors([
  // In either form it names no time.
  {
    codes: ["AF429"],
    kind: "rateLimit",
    message: "Microsoft allows no more calls of the Management Activity API now.",
    waitSeconds: 60,
  },
  {
    ...{
      codes: ["AF10001"],
      kind: "scope",
      message: "The application lacks a permission of the Management Activity API.",
    },
    scopes: ({ message }) => [/ActivityFeed\.\w+/.exec(message)?.[0] ?? "ActivityFeed.Read"],
  },
  { words: /Tenant [0-9a-f-]{36} does not exist/i, kind: "scope", message: noAuditLog },
  { codes: ["AF20012"], kind: "scope", message: noAuditLog },
  { codes: ["AF20010", "AF20011"], kind: "auth", message: "The Management Activity API does not know the tenant." },
  { codes: ["AF20023"], kind: "scope", message: "An administrator disabled the subscription of this content." },
  { codes: ["AF50000"], kind: "unavailable", message: "The Management Activity API failed." },
]);
