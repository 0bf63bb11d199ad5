import type { EventEmitter } from "node:events";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import type { Core } from "#src/core.ts";
import { ProviderAuthError, ProviderScopeError, ProviderUnavailableError } from "#src/errors.ts";
import { timeSliceMs } from "#src/instances/cadence.ts";
import { openConnection } from "#src/instances/connection.ts";
import { type Claim, ClaimLostError, claimStream } from "./claim.ts";
import { finishScan, isIncremental, stopScan } from "./finish.ts";
import { outcomeOf } from "./outcome.ts";
import { storePage } from "./store-page.ts";

export interface ScanRequest {
  instanceId: number;
  stream: ScanStream;
  /** A back-fill's scan row, with its own span and cursor; null for the ordinary run. */
  backfillScanId: number | null;
}

/**
 * Runs one stream of one instance until it has caught up, its time slice ends or something stops it. Never throws for what a provider does:
 * the outcome is stored with the scan, and the stream's next run is set. Safe to run twice: a second runner takes the claim, the first one stops.
 */
export async function runScan(core: Core, request: ScanRequest, signal: AbortSignal): Promise<void> {
  const [slug] = await core.db.query.instances.findMany({
    columns: { connectorSlug: true },
    where: (t, { eq }) => eq(t.id, request.instanceId),
    limit: 1,
  });
  const connector = slug && core.connectors.find((entry) => entry.manifest.slug === slug.connectorSlug)?.code;
  if (!connector) return;
  const claim = await claimStream(
    core.db,
    connector.manifest,
    request.instanceId,
    request.stream,
    request.backfillScanId,
    core.now(),
  );
  if (!claim) return;
  const log = core.log.child({
    instance: `${connector.manifest.slug}/${request.instanceId}`,
    stream: request.stream,
    scan: claim.scan.id,
  });
  const cancelled = watchForCancel(core.cancels, request.instanceId);
  const stopped = AbortSignal.any([signal, cancelled.signal]);
  try {
    const done = await readPages(core, connector, claim, stopped);
    if (done) await finishScan(core.db, connector.manifest, claim, core.now(), await regained(core, connector, claim));
    else await stopScan(core.db, claim, { status: "QUEUED", nextRunAt: core.now(), error: null }, core.now());
  } catch (error) {
    if (error instanceof ClaimLostError || cancelled.signal.aborted) {
      log.debug("scan stopped: another worker has it, or the instance is no longer connected");
      return;
    }
    await handleFailure(core, connector, claim, error, signal);
  } finally {
    cancelled.end();
  }
}

/** Aborts as soon as the process learns that the instance left CONNECTED; the check in each page's transaction is the floor under it. */
function watchForCancel(cancels: EventEmitter, instanceId: number): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort(new ClaimLostError());
  cancels.on(String(instanceId), abort);
  return { signal: controller.signal, end: () => cancels.off(String(instanceId), abort) };
}

/** True when the stream has caught up, false when the time slice ended first. */
async function readPages(core: Core, connector: Connector, claim: Claim, signal: AbortSignal): Promise<boolean> {
  const stream = claim.scan.stream as ScanStream;
  const read = connector.streams[stream] as
    | ((context: StreamContext, cursor: string | null) => AsyncGenerator<StreamPage<unknown>>)
    | undefined;
  if (!read) return true;
  const backfill = claim.scan.fromAt !== null;
  /** Ends a question to the app whose answer nobody waits for any more. */
  const abandoned = new AbortController();
  const context: StreamContext = {
    ...openConnection(core, connector, claim.instance, {
      patient: true,
      signal: AbortSignal.any([signal, abandoned.signal]),
    }),
    from: claim.scan.fromAt ?? claim.stream.fromAt,
    to: claim.scan.toAt,
    part: null,
  };
  const sliceEnd = core.now().getTime() + timeSliceMs;
  const pages = read(context, backfill ? claim.scan.cursor : claim.stream.cursor);
  try {
    for (let next = pages.next(); ; ) {
      const { value: page, done } = await next;
      if (done) return true;
      signal.throwIfAborted();
      // A page without a cursor cannot be resumed after: the listing goes on.
      const goesOn = page.cursor === null || core.now().getTime() <= sliceEnd;
      if (goesOn) {
        // The app answers while our database works. What goes wrong there is thrown when its turn comes.
        next = pages.next();
        next.catch(() => {});
      }
      await storePage(core.db, claim, page, core.now());
      if (!goesOn) return false;
    }
  } finally {
    abandoned.abort();
    pages.return(undefined).catch(() => {});
  }
}

async function handleFailure(
  core: Core,
  connector: Connector,
  claim: Claim,
  thrown: unknown,
  signal: AbortSignal,
): Promise<void> {
  const { error, test } = signal.aborted ? { error: thrown } : await lookAgain(core, connector, claim, thrown);
  const outcome = outcomeOf(error, {
    stream: claim.stream,
    listing: !isIncremental(connector.manifest, claim.scan.stream as ScanStream),
    backfill: claim.scan.fromAt !== null,
    everySeconds: connector.manifest.streams[claim.scan.stream as ScanStream]?.everySeconds ?? 3600,
    shuttingDown: signal.aborted,
    now: core.now(),
    random: Math.random(),
  });
  if (outcome.incident)
    core.log.error(
      { err: error, incident: outcome.incident, instance: claim.instance.id, stream: claim.scan.stream },
      "scan failed on a bug of ours",
    );
  else
    core.log.info(
      {
        instance: claim.instance.id,
        stream: claim.scan.stream,
        status: outcome.status,
        error: outcome.error,
        nextRunAt: outcome.nextRunAt,
      },
      "scan stopped",
    );
  try {
    await stopScan(core.db, claim, { ...outcome, ...(test ? { test } : {}) }, core.now());
  } catch (lost) {
    if (!(lost instanceof ClaimLostError)) throw lost;
  }
}

interface SecondLook {
  error: unknown;
  test?: ConnectionTest;
}

/**
 * A refusal is looked at once more, with a re-read credential. One that is not repeated was a passing fault: the instance turns ERROR only
 * when both agree. What the test finds missing is what an admin sees; the refused call knows its own scope alone.
 */
async function lookAgain(core: Core, connector: Connector, claim: Claim, error: unknown): Promise<SecondLook> {
  if (!(error instanceof ProviderAuthError || error instanceof ProviderScopeError)) return { error };
  try {
    const test = await connector.testConnection(openConnection(core, connector, claim.instance, { patient: false }));
    if (error instanceof ProviderScopeError) return { error, test };
    return { error: new ProviderUnavailableError("The app refused the credential once and then took it again.") };
  } catch (second) {
    return { error: error instanceof ProviderAuthError || second instanceof ProviderAuthError ? second : error };
  }
}

/** A stream that was off for a missing scope could be read: what is missing now. */
async function regained(core: Core, connector: Connector, claim: Claim): Promise<ConnectionTest | null> {
  if (claim.stream.disabledReason === null) return null;
  return connector.testConnection(openConnection(core, connector, claim.instance, { patient: false }));
}
