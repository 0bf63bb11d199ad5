import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type ExecutionResult, GraphQLError } from "graphql";
import { CloseCode, handleProtocols, makeServer, type SubscribePayload } from "graphql-ws";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { ownerOf, type Viewer } from "#src/access/viewer.ts";
import { RateLimitedError, UnauthenticatedError } from "#src/errors.ts";
import { withoutMark } from "#src/platform/json.ts";
import { Connection } from "./connection.ts";
import { LiveOperation } from "./live-operation.ts";
import { clientAddress, isSameOrigin } from "./request.ts";
import { guardStream } from "./streams.ts";
import type { Transports } from "./transport.ts";

/** The reader takes nothing, or too little, for too long. It resumes with its last cursor: the log keeps what it missed. */
export const SLOW_CONSUMER = 4508;
const TRY_AGAIN_LATER = 1013;
const GOING_AWAY = 1001;

export interface WebSocketTransport {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

/** graphql-transport-ws, to the letter by graphql-ws; around it: rights, limits, pings, and no buffers. */
export function createWebSocketTransport(transports: Transports): WebSocketTransport {
  const { engine, limits, log, metrics } = transports;
  const connections = new Map<WebSocket, Connection>();
  let isClosing = false;

  const protocol = makeServer<Record<string, unknown>, { connection: Connection }>({
    connectionInitWaitTimeout: limits.initMs,
    execute: (args) => engine.execute(args),
    subscribe: (args) => takeLive(args) ?? (engine.subscribe(args) as never),
    async onConnect({ connectionParams, extra: { connection } }) {
      const viewer = await admit(connection, connectionParams);
      // graphql-ws closes with 4403 on false; a socket closed here already keeps its own code.
      if (!viewer) return false;
      connection.viewer = viewer;
      return true;
    },
    onSubscribe({ extra: { connection } }, id, payload) {
      try {
        return prepare(connection, id, payload);
      } catch (error) {
        // Thrown on, it would close the socket, and all other operations of it.
        finish(connection, id);
        return [engine.toPublicError(error)];
      }
    },
    onOperation: ({ extra: { connection } }, id, _, __, result) => {
      const running = connection.operations.get(id);
      if (!(running instanceof AbortController) || !(Symbol.asyncIterator in result)) return;
      return guardStream(result as AsyncIterable<ExecutionResult>, running, log) as never;
    },
    onNext: ({ extra: { connection } }, _, __, ___, result) => shared(connection, engine.serialize(result)) as never,
    onError: (_, __, ___, errors) => {
      const shown = errors.map((error) => (error instanceof GraphQLError ? engine.toPublicError(error) : error));
      return JSON.parse(engine.serialize({ errors: shown as GraphQLError[] })).errors;
    },
    onComplete: ({ extra: { connection } }, id) => finish(connection, id),
  });

  /** The viewer behind a connection_init; null when there is none. The cookie counts only from a page of ours. */
  async function admit(connection: Connection, params: Record<string, unknown> | undefined): Promise<Viewer | null> {
    const { request, socket, ipAddress } = connection;
    if (!request) return null;
    const cookie = isSameOrigin(request, transports.publicUrl) ? request.headers.cookie : null;
    try {
      const viewer = await transports.authenticator.fromConnectionParams(params, cookie, ipAddress);
      if (!viewer || socket.readyState !== socket.OPEN) return null;
      const isClaimed = transports.admission.connections.claim(connection.raw, ownerOf(viewer));
      if (!isClaimed || !transports.streams.enter(viewer)) {
        socket.close(TRY_AGAIN_LATER, "Too many connections");
        return null;
      }
      const leaveRights = transports.rights.add(viewer, (why) => {
        shut(connection, CloseCode.Forbidden, why === "ended" ? "Forbidden" : "Rights changed");
      });
      connection.leave = () => {
        transports.streams.leave(viewer);
        leaveRights();
      };
      connection.request = null;
      connection.welcome();
      return viewer;
    } catch (error) {
      if (error instanceof UnauthenticatedError || error instanceof RateLimitedError) {
        metrics.errors.inc({ code: error.code });
        return null;
      }
      log.error({ err: error }, "a WebSocket could not be authenticated");
      socket.close(TRY_AGAIN_LATER, "Try again later");
      return null;
    }
  }

  function prepare(connection: Connection, id: string, payload: SubscribePayload) {
    if (connection.operations.size >= limits.operationsPerSocket)
      return [
        engine.toPublicError(
          new RateLimitedError(`At most ${limits.operationsPerSocket} operations may be open on one connection.`, 1),
        ),
      ];
    const checked = engine.check(payload);
    if ("errors" in checked) return checked.errors;
    metrics.operations.inc({ transport: "websocket", kind: checked.operation.operation });
    const { ipAddress, viewer } = connection;
    const args = {
      schema: engine.schema,
      document: checked.document,
      operationName: payload.operationName,
      variableValues: payload.variables,
    };
    const asked = transports.live?.share(payload, checked, viewer!);
    const isSubscription = checked.operation.operation === "subscription";
    const onOver = isSubscription ? transports.follow(viewer!, asked ?? null) : null;
    if (asked && onOver) {
      const live = new LiveOperation(transports.live!, asked, {
        socket: connection,
        id,
        maxWaitingBytes: limits.liveBytes,
        onOver,
      });
      connection.operations.set(id, live);
      return { ...args, contextValue: null, live };
    }
    const abort = new AbortController();
    if (onOver) abort.signal.addEventListener("abort", onOver, { once: true });
    connection.operations.set(id, abort);
    return {
      ...args,
      contextValue: transports.context(
        { ...viewer!, ipAddress },
        { transport: "websocket", ipAddress, signal: abort.signal },
      ),
    };
  }

  function finish(connection: Connection, id: string): void {
    connection.operations.get(id)?.abort();
    connection.operations.delete(id);
  }

  /** Stops what runs, then sends the reason. A socket that does not answer the close is cut by the next sweeps. */
  function shut(connection: Connection, code: number, reason: string): void {
    for (const abort of connection.operations.values()) abort.abort();
    connection.closingSince ??= Date.now();
    connection.socket.close(code, reason);
  }

  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    clientTracking: false,
    handleProtocols,
  });

  function opened(socket: WebSocket, request: IncomingMessage): void {
    const connection = new Connection(socket, request, clientAddress(request, transports.publicUrl));
    connections.set(socket, connection);
    connection.expectLittle(limits.initBytes);
    metrics.streams.inc({ transport: "websocket" });
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => sendWhole(connection, withShared(connection, data)),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) => {
          socket.on("message", (data: RawData) => {
            handle(withoutMark(String(data))).catch((err: unknown) => {
              if (socket.readyState !== socket.OPEN) return;
              log.error({ err, viewer: connection.viewer?.id }, "a WebSocket message could not be handled");
              shut(connection, CloseCode.InternalServerError, "Internal server error");
            });
          });
        },
      },
      { connection },
    );
    socket.on("pong", () => {
      connection.isAlive = true;
    });
    socket.on("error", (err) => log.debug({ err }, "a WebSocket broke"));
    socket.once("close", (code, reason) => {
      connections.delete(socket);
      for (const abort of connection.operations.values()) abort.abort();
      connection.leave?.();
      metrics.streams.dec({ transport: "websocket" });
      metrics.socketCloses.inc({ code: String(code) });
      Promise.resolve(closed(code, String(reason))).catch((err: unknown) =>
        log.warn({ err }, "a WebSocket closed badly"),
      );
    });
  }

  /** Resolves when the message is on its way: nothing is fetched for a reader that has not taken the last one. */
  function sendWhole(connection: Connection, data: string): Promise<void> {
    if (!connection.canSend) return Promise.resolve();
    const sent = connection.sendingOne();
    return new Promise((resolve) => {
      connection.socket.send(data, (error) => {
        sent(error);
        resolve();
      });
    });
  }

  function sweep(): void {
    const now = Date.now();
    for (const connection of connections.values()) {
      const { socket } = connection;
      if (connection.closingSince !== null) {
        if (now - connection.closingSince > 2_000) socket.terminate();
        continue;
      }
      if (now - connection.slowSince(now, limits.slowBytes) >= limits.slowMs) {
        log.info({ viewer: connection.viewer?.id }, "a slow WebSocket is closed");
        shut(connection, SLOW_CONSUMER, "SLOW_CONSUMER");
        continue;
      }
      if (now - connection.pingedAt < limits.pingMs || socket.readyState !== socket.OPEN) continue;
      // A ping behind unsent data proves nothing about the other end; slowness has its own limit.
      if (!connection.isAlive && !connection.isSending) socket.terminate();
      connection.isAlive = false;
      connection.pingedAt = now;
      socket.ping();
    }
  }
  const sweeper = setInterval(sweep, Math.min(1_000, limits.slowMs, limits.pingMs));
  sweeper.unref();

  return {
    upgrade(request, socket, head) {
      if (isClosing) return void socket.destroy();
      sockets.handleUpgrade(request, socket, head, opened);
    },
    async close() {
      isClosing = true;
      for (const connection of connections.values()) shut(connection, GOING_AWAY, "Going away");
      const deadline = Date.now() + 2_000;
      while (connections.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
      for (const { socket } of connections.values()) socket.terminate();
      clearInterval(sweeper);
      sockets.close();
    },
  };
}

/** The live subscription in the arguments; the protocol keeps those for as long as it lasts. */
function takeLive(args: object): LiveOperation | null {
  return "live" in args && args.live instanceof LiveOperation ? args.live : null;
}

let payloadNumber = 0;

/**
 * graphql-ws serialises each message for each socket. A result that goes to many sockets is JSON already (engine.serialize):
 * so a number goes through graphql-ws in its place, and is put back just before the socket.
 */
function shared(connection: Connection, json: string): object {
  payloadNumber += 1;
  const number = payloadNumber;
  connection.payloads.set(number, json);
  return { toJSON: () => `shared:${number}` };
}

const placeholder = '"payload":"shared:';

function withShared(connection: Connection, data: string): string {
  if (connection.payloads.size === 0) return data;
  const at = data.lastIndexOf(placeholder);
  const number = Number.parseInt(data.slice(at + placeholder.length), 10);
  const json = at < 0 ? undefined : connection.payloads.get(number);
  if (json === undefined) return data;
  connection.payloads.delete(number);
  return `${data.slice(0, at)}"payload":${json}}`;
}
