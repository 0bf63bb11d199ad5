import type { Instance } from "#db/tables/instances.ts";
import { codeOf } from "#src/connector-kit/app.ts";
import type { Core } from "#src/core.ts";
import {
  ProviderAuthError,
  ProviderError,
  ProviderNotFoundError,
  ProviderRateLimitError,
  ProviderRequestError,
  ProviderScopeError,
  ProviderUnavailableError,
} from "#src/errors.ts";
import type { InspectedFile } from "#src/inspection/cage/index.ts";
import { defaultLimits } from "#src/inspection/status.ts";
import { retryDelayMs } from "#src/instances/cadence.ts";
import { openConnection } from "#src/instances/connection.ts";
import { failInstance } from "#src/instances/fail.ts";
import { reload } from "#src/instances/row.ts";
import { detectorChoice } from "./detectors.ts";
import { type PendingFile, pendingFile } from "./pending.ts";
import { type Concluded, postpone, storeInspection } from "./store.ts";

/** In one process: each holds a process of the cage. */
export const filesAtOnce = 2;

/** An app that does not answer is asked so often, with growing pauses. */
const maxAttempts = 8;

export interface FileToInspect {
  instanceId: number;
  fileId: string;
  attempts?: number | undefined;
}

/**
 * Reads one file that waits for it and stores what was found. Safe to run twice: a file that is not PENDING is left alone, and the result of a
 * content that has changed meanwhile is dropped and the file read again.
 */
export async function inspectFile(core: Core, wanted: FileToInspect, signal: AbortSignal): Promise<void> {
  const file = await pendingFile(core, wanted);
  if (!file) return;
  const instance = await reload(core.db, wanted.instanceId);
  const choice = await detectorChoice(core);
  try {
    const concluded =
      (await withoutReading(core, instance, file)) ?? (await read(core, instance, file, choice, signal));
    await storeInspection(core, file, { ...concluded, detectors: choice.version });
  } catch (error) {
    // The process is stopping: the job is queued again as it was.
    if (signal.aborted || !(error instanceof ProviderError)) throw error;
    const attempts = (wanted.attempts ?? 0) + 1;
    if (error instanceof ProviderRateLimitError) await postpone(core, file, error.retryAt, wanted.attempts ?? 0);
    else if (error instanceof ProviderUnavailableError && attempts < maxAttempts)
      await postpone(core, file, new Date(core.now().getTime() + retryDelayMs(attempts, Math.random())), attempts);
    else {
      if (error instanceof ProviderAuthError) await failInstance(core, instance.id, error.message);
      await storeInspection(core, file, { ...refusal(error), matches: [], detectors: choice.version });
    }
  }
}

/** What is known without a download. */
async function withoutReading(
  core: Core,
  instance: Instance,
  { record, removed }: PendingFile,
): Promise<Concluded | null> {
  const end = (status: Concluded["status"], reason: string): Concluded => ({ status, reason, matches: [] });
  const connector = await codeOf(core.connectors, instance.connectorSlug);
  if (removed) return end("NOT_AVAILABLE", "The app no longer has the file.");
  if (record.isFolder) return end("NOT_AVAILABLE", "Folders have no content.");
  if (instance.status !== "CONNECTED") return end("NOT_AVAILABLE", `The instance is ${instance.status}.`);
  if (!connector?.readContent) return end("NOT_AVAILABLE", "The content of this app's files is not read.");
  if ((record.size ?? 0) > defaultLimits.bytes)
    return end("TOO_LARGE", `It is larger than ${defaultLimits.bytes / 1024 / 1024} MB.`);
  return null;
}

async function read(
  core: Core,
  instance: Instance,
  { record }: PendingFile,
  choice: Awaited<ReturnType<typeof detectorChoice>>,
  signal: AbortSignal,
): Promise<Concluded> {
  const connector = (await codeOf(core.connectors, instance.connectorSlug))!;
  const content = connector.readContent!(
    openConnection(core, connector, instance, { background: true, signal }),
    record,
  );
  const about = { name: record.name, mimeType: record.mimeType ?? undefined };
  const { outcome, reason, matches }: InspectedFile = await core.cage.inspect(content, about, choice, signal);
  return { status: outcome, reason, matches };
}

function refusal(error: ProviderError): Pick<Concluded, "status" | "reason"> {
  if (error instanceof ProviderAuthError || error instanceof ProviderScopeError)
    return { status: "DENIED", reason: error.message };
  if (error instanceof ProviderNotFoundError || error instanceof ProviderRequestError)
    return { status: "NOT_AVAILABLE", reason: error.message };
  return { status: "FAILED", reason: error.message };
}
