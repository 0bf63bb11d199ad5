import { and, eq, inArray } from "drizzle-orm";
import { tables } from "#db/client.ts";
import { endDemoAccess } from "#src/access/tokens.ts";
import type { Core } from "#src/core.ts";
import { ProviderAuthError } from "#src/errors.ts";
import { failInstance } from "./fail.ts";

const reason =
  "This instance was connected through a provider sandbox, and PROVIDER_SANDBOX_URL is not set, so nothing is sent to the app. " +
  "Disconnect it and connect the app itself, or set PROVIDER_SANDBOX_URL again and test the connection.";

/**
 * Settings and credentials that a sandbox made must not reach the hosts they name: those are real.
 * Throws ProviderAuthError, which turns the instance ERROR.
 */
export function refuseWithoutSandbox(core: Pick<Core, "sandboxUrl">, viaSandbox: boolean): void {
  if (viaSandbox && core.sandboxUrl === null) throw new ProviderAuthError(reason);
}

/** At the start of a process without a sandbox: instances connected through one turn ERROR with the reason, and tokens of a demo that was killed end. */
export async function leaveSandbox(core: Core): Promise<void> {
  if (core.sandboxUrl !== null) return;
  await endDemoAccess(core.db, core.now());
  const { instances } = tables;
  const connected = await core.db
    .select({ id: instances.id })
    .from(instances)
    .where(and(eq(instances.viaSandbox, true), inArray(instances.status, ["CONNECTED", "CONNECTING"])));
  for (const { id } of connected) await failInstance(core, id, reason);
}
