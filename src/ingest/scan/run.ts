import type { EventEmitter } from "node:events";
import { type Db, rawSql } from "#db/client.ts";
import { codeOf } from "#src/connector-kit/app.ts";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import type { Core } from "#src/core.ts";
import { ProviderAuthError, ProviderScopeError, ProviderUnavailableError } from "#src/errors.ts";
import { everySecondsOf, timeSliceMs } from "#src/instances/cadence.ts";
import { openConnection, renewForScopes, renewObtained } from "#src/instances/connection.ts";
import { lockInstance } from "#src/instances/lock.ts";
import { queueStreams } from "#src/instances/relist.ts";
import { type Claim, ClaimLostError, claimStream } from "./claim.ts";
import { finishScan, type Outcome, stopScan } from "./finish.ts";
import { outcomeOf } from "./outcome.ts";
import { storePage } from "./store-page.ts";

export interface ScanRequest {
  instanceId: number;
  stream: ScanStream;
  /** Of a stream that consists of parts. Default: empty, as of one without. */
  part?: string;
  /** A back-fill's scan row, with its own span and cursor; null for the ordinary run. */
  backfillScanId: number | null;
}

/**
 * Runs one stream of one instance, or one part of it, until it has caught up, its time slice ends or something stops it. Never throws for what a provider does:
 * the outcome is stored with the scan, and the stream's next run is set. Safe to run twice: a second runner takes the claim, the first one stops.
 */
export async function runScan(core: Core, request: ScanRequest, signal: AbortSignal): Promise<void> {
  const [slug] = await core.db.query.instances.findMany({
    columns: { connectorSlug: true },
    where: (t, { eq }) => eq(t.id, request.instanceId),
    limit: 1,
  });
  const connector = await codeOf(core.connectors, slug?.connectorSlug);
  if (!connector) return;
  const part = request.part ?? "";
  if (connector.manifest.streams[request.stream]?.parts && part === "") return awaitParts(core, request);
  const claim = await claimStream(
    core.db,
    connector.manifest,
    request.instanceId,
    request.stream,
    request.backfillScanId,
    core.now(),
    part,
  );
  if (!claim) return;
  const log = core.log.child({
    instance: `${connector.manifest.slug}/${request.instanceId}`,
    stream: request.stream,
    ...(part === "" ? {} : { part }),
    scan: claim.scan.id,
  });
  const cancelled = watchForCancel(core.cancels, request.instanceId);
  const stopped = AbortSignal.any([signal, cancelled.signal]);
  try {
    const resumeAt = await readPages(core, connector, claim, stopped);
    if (resumeAt === null)
      await finishScan(core.db, connector.manifest, claim, core.now(), await regained(core, connector, claim));
    else await stopScan(core.db, claim, resumption(resumeAt, core.now()), core.now());
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

/** A stream that has come to consist of parts, and whose parts are not known yet: it is read when they were listed. */
async function awaitParts(core: Core, { instanceId, stream }: ScanRequest): Promise<void> {
  await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await lockInstance(tx, instanceId);
    await rawSql(tx)`
      update streams set next_run_at = null where instance_id = ${instanceId} and stream = ${stream} and part = ''`;
    await queueStreams(core, tx, instanceId);
  });
}

/** Goes on later from the stored cursor: at once where only the time slice ended, or when the app is ready by its own statement. */
function resumption(at: Date, now: Date): Outcome {
  const error = at > now ? `The app is not ready with what follows; the scan goes on at ${at.toISOString()}.` : null;
  return { status: "QUEUED", nextRunAt: at, error };
}

/** Aborts as soon as the process learns that the instance left CONNECTED; the check in each page's transaction is the floor under it. */
function watchForCancel(cancels: EventEmitter, instanceId: number): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort(new ClaimLostError());
  cancels.on(String(instanceId), abort);
  return { signal: controller.signal, end: () => cancels.off(String(instanceId), abort) };
}

/** Null when the stream has caught up; otherwise when it goes on: at once after a time slice, or when the app is ready. */
async function readPages(core: Core, connector: Connector, claim: Claim, signal: AbortSignal): Promise<Date | null> {
  const stream = claim.scan.stream as ScanStream;
  const read = connector.streams[stream] as StreamFunction | undefined;
  if (!read) return null;
  const backfill = claim.scan.fromAt !== null;
  /** Ends a question to the app whose answer nobody waits for any more. */
  const abandoned = new AbortController();
  const context: StreamContext = {
    ...openConnection(core, connector, claim.instance, {
      background: true,
      signal: AbortSignal.any([signal, abandoned.signal]),
    }),
    from: claim.scan.fromAt ?? claim.stream.fromAt,
    to: claim.scan.toAt,
    part: claim.scan.part === "" ? null : claim.scan.part,
  };
  const sliceEnd = core.now().getTime() + timeSliceMs;
  const pages = read(context, backfill ? claim.scan.cursor : claim.stream.cursor);
  try {
    let askedAt = core.now();
    for (let next = pages.next(); ; ) {
      const { value: page, done } = await next;
      const readAt = askedAt;
      if (done) return null;
      signal.throwIfAborted();
      if (page.resumeAt && page.cursor === null)
        throw new Error(`${connector.manifest.slug}: a page of ${stream} is to be resumed after, and has no cursor`);
      // A page without a cursor cannot be resumed after: the listing goes on.
      const goesOn = !page.resumeAt && (page.cursor === null || core.now().getTime() <= sliceEnd);
      if (goesOn) {
        askedAt = core.now();
        // The app answers while our database works. What goes wrong there is thrown when its turn comes.
        next = pages.next();
        next.catch(() => {});
      }
      await storePage(core, claim, page, core.now(), readAt);
      if (!goesOn) return page.resumeAt ?? core.now();
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
    listing: claim.isListing,
    backfill: claim.scan.fromAt !== null,
    everySeconds: everySecondsOf(connector.manifest, claim.stream),
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
  const refused = error instanceof ProviderScopeError;
  try {
    const instance = refused ? await renewObtained(core, connector, claim.instance) : claim.instance;
    const test = await connector.testConnection(openConnection(core, connector, instance, { background: false }));
    if (refused) return { error, test };
    return { error: new ProviderUnavailableError("The app refused the credential once and then took it again.") };
  } catch (second) {
    return { error: error instanceof ProviderAuthError || second instanceof ProviderAuthError ? second : error };
  }
}

/** A stream that was off for a missing scope could be read: what is missing now. */
async function regained(core: Core, connector: Connector, claim: Claim): Promise<ConnectionTest | null> {
  if (claim.stream.disabledReason === null) return null;
  const instance = await renewForScopes(core, connector, claim.instance);
  return connector.testConnection(openConnection(core, connector, instance, { background: false }));
}
