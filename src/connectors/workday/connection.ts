import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { ProviderNotFoundError, ProviderScopeError } from "#src/errors.ts";
import { proveAccountsShown } from "./accounts.ts";
import { endpointsOf } from "./endpoints.ts";
import { getJson, readSignOns } from "./logs.ts";

const fiveMinutesMs = 300_000;

/**
 * Asks for one row of everything we read. No call returns the tenant's id, so it is the tenant's name with its host: names
 * are unique within a Workday data center only.
 */
export async function testConnection(context: Context): Promise<ConnectionTest> {
  const endpoints = endpointsOf(context.settings);
  const now = context.now();
  const from = new Date(now.getTime() - fiveMinutesMs);
  const missing = new Set<string>();
  const unavailable: NonNullable<ConnectionTest["unavailable"]> = {};

  await probe(missing, () => getJson(context, endpoints.workers, "Worker Data: Public Worker Reports", { limit: 1 }));
  await probe(missing, () =>
    getJson(context, endpoints.activityLogging, "System Auditing", {
      from: `${from.toISOString().slice(0, 19)}Z`,
      to: `${now.toISOString().slice(0, 19)}Z`,
      limit: 1,
      offset: 0,
      instancesReturned: 1,
    }),
  );
  // Without sign-ons the activity log still runs: the capability is off, the stream is not.
  const deniedSignOns = await denied(() => readSignOns(context, from, now, { page: 1, count: 1, asOf: now }));
  if (deniedSignOns) unavailable.LOG_ON_ACTIVITY = deniedSignOns.message;
  // Without it user names may be hidden, and whether an account is disabled is unknown.
  if (await denied(() => proveAccountsShown(context))) missing.add("Workday Accounts");
  if (context.settings.accountActions !== "on")
    unavailable.USER_GOVERNANCE = "Actions on accounts are switched off in the settings.";

  return {
    externalAccountId: `${endpoints.tenant}@${endpoints.host}`,
    accountName: endpoints.tenant,
    missingScopes: [...missing],
    unavailable,
  };
}

async function probe(missing: Set<string>, call: () => Promise<unknown>): Promise<void> {
  const error = await denied(call);
  for (const scope of error?.scopes ?? []) missing.add(scope);
}

async function denied(call: () => Promise<unknown>): Promise<ProviderScopeError | null> {
  try {
    await call();
    return null;
  } catch (error) {
    if (error instanceof ProviderScopeError) return error;
    if (error instanceof ProviderNotFoundError)
      throw new ProviderNotFoundError("Workday does not know this tenant. Check the REST API endpoint.", {
        cause: error,
      });
    throw error;
  }
}
