import type { IncomingMessage, ServerResponse } from "node:http";
import type { ExecutionResult } from "graphql";
import type { Viewer } from "#src/access/viewer.ts";
import { ForbiddenError, RateLimitedError, UnauthenticatedError } from "#src/errors.ts";
import type { OperationParams } from "./engine.ts";
import { sendEvents } from "./live-events.ts";
import { guardStream } from "./streams.ts";
import type { Transports } from "./transport.ts";

/** Event streams that are open, to end them when the server stops. */
export type OpenEventStreams = Set<{ end(): void }>;

/**
 * GraphQL over server-sent events, distinct connections mode: `next` events with results, then `complete`; errors found before
 * execution come as a `next` too. The next result is fetched when the last one is written out: a slow reader holds up itself only.
 */
export async function serveEventStream(
  transports: Transports,
  open: OpenEventStreams,
  {
    request,
    response,
    viewer,
    params,
    ipAddress,
  }: {
    request: IncomingMessage;
    response: ServerResponse;
    viewer: Viewer;
    params: OperationParams;
    ipAddress: string | null;
  },
): Promise<void> {
  const { engine, log, metrics, limits } = transports;
  const abort = new AbortController();
  const writer = createWriter(response, limits.slowMs);
  let lost: Error | null = null;
  const entry = { end: () => abort.abort() };

  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache, no-transform",
    // Keeps nginx and other proxies from buffering what is meant to arrive now.
    "x-accel-buffering": "no",
    "access-control-allow-origin": "*",
  });
  response.flushHeaders();
  response.once("close", () => abort.abort());
  request.socket.setTimeout(0);
  request.socket.setNoDelay(true);
  const ping = setInterval(() => writer.ping(), limits.pingMs);
  const leaveRights = transports.rights.add(viewer, (why) => {
    lost =
      why === "ended"
        ? new UnauthenticatedError("The token or session of this stream has ended.")
        : new ForbiddenError("Your rights have changed: open the stream again.");
    abort.abort();
  });
  open.add(entry);
  metrics.streams.inc({ transport: "sse" });

  const write = (result: ExecutionResult) => writer.write(`event: next\ndata: ${engine.serialize(result)}\n\n`);
  const writeError = (error: unknown) => write({ errors: [engine.toPublicError(error)] });
  const hasEntered = transports.streams.enter(viewer);
  try {
    await writer.write(":\n\n");
    if (!hasEntered) throw new RateLimitedError(`At most ${limits.streamsPerViewer} streams may be open at once.`, 10);
    await run(transports, { viewer, params, ipAddress, abort, write, response, writer });
  } catch (error) {
    if (!response.destroyed) await writeError(error);
  } finally {
    if (lost && !response.destroyed) await writeError(lost);
    if (!response.destroyed) await writer.write("event: complete\ndata:\n\n");
    if (hasEntered) transports.streams.leave(viewer);
    clearInterval(ping);
    leaveRights();
    open.delete(entry);
    metrics.streams.dec({ transport: "sse" });
    abort.abort();
    response.end();
    log.debug({ viewer: viewer.id, slow: writer.wasSlow }, "event stream ended");
  }
}

async function run(
  transports: Transports,
  {
    viewer,
    params,
    ipAddress,
    abort,
    write,
    response,
    writer,
  }: {
    viewer: Viewer;
    params: OperationParams;
    ipAddress: string | null;
    abort: AbortController;
    write: (result: ExecutionResult) => Promise<void>;
    response: ServerResponse;
    writer: ReturnType<typeof createWriter>;
  },
): Promise<void> {
  const { engine, metrics, log } = transports;
  const checked = engine.check(params);
  if ("errors" in checked) return write({ errors: checked.errors });
  const kind = checked.operation.operation;
  metrics.operations.inc({ transport: "sse", kind });
  const asked = transports.live?.share(params, checked, viewer);
  if (kind === "subscription")
    abort.signal.addEventListener("abort", transports.follow(viewer, asked ?? null), { once: true });
  if (asked) {
    const { write, drained } = writer;
    const maxWaitingBytes = transports.limits.liveBytes;
    return sendEvents(transports.live!, asked, {
      viewer,
      response,
      signal: abort.signal,
      write,
      drained,
      maxWaitingBytes,
    });
  }
  const args = {
    schema: engine.schema,
    document: checked.document,
    operationName: params.operationName,
    variableValues: params.variables ?? undefined,
    contextValue: transports.context(viewer, { transport: "sse", ipAddress, signal: abort.signal }),
  };
  if (kind !== "subscription") return write(await engine.execute(args));
  const source = await engine.subscribe(args);
  if (!(Symbol.asyncIterator in source)) return write(source);
  const stream = guardStream(source, abort, log);
  try {
    for await (const result of stream) await write(result);
  } finally {
    stream.stop();
  }
}

/** Writes one piece at a time, and gives up on a reader that takes nothing. */
function createWriter(response: ServerResponse, slowMs: number) {
  let draining: Promise<void> | null = null;
  const writer = {
    wasSlow: false,
    async write(text: string | Buffer): Promise<void> {
      if (response.destroyed || response.writableEnded) return;
      if (!response.write(text)) await writer.drained();
    },
    /** Resolves when everything is written out, or the reader given up. */
    drained(): Promise<void> {
      if (response.destroyed || !response.writableNeedDrain) return Promise.resolve();
      draining ??= new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          writer.wasSlow = true;
          response.destroy();
        }, slowMs);
        const done = () => {
          clearTimeout(timer);
          response.off("drain", done);
          response.off("close", done);
          draining = null;
          resolve();
        };
        response.once("drain", done);
        response.once("close", done);
      });
      return draining;
    },
    /** Keeps proxies from closing an idle stream; needless while something is being written. */
    ping(): void {
      if (!response.writableNeedDrain && !response.destroyed) response.write(":\n\n");
    },
  };
  return writer;
}
