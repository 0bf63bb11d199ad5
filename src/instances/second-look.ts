import type { Connector } from "#src/connector-kit/connector.ts";
import type { Core } from "#src/core.ts";
import { ProviderAuthError, ProviderUnavailableError } from "#src/errors.ts";
import { openConnection } from "./connection.ts";
import { failInstance } from "./fail.ts";
import { reload } from "./row.ts";

/**
 * A refused credential turns the instance ERROR only when a second test, with the credential read again, is refused as well: another process
 * may have renewed it meanwhile, and some refusals pass. Returns the error to report.
 */
export async function believeRefusal(
  core: Core,
  connector: Connector,
  instanceId: number,
  refusal: ProviderAuthError,
): Promise<ProviderAuthError | ProviderUnavailableError> {
  try {
    const instance = await reload(core.db, instanceId);
    await connector.testConnection(openConnection(core, connector, instance, { background: false }));
  } catch (error) {
    if (error instanceof ProviderUnavailableError) return error;
    const believed = error instanceof ProviderAuthError ? error : refusal;
    await failInstance(core, instanceId, believed.message);
    return believed;
  }
  return new ProviderUnavailableError("The app refused the credential once and then took it again.");
}
