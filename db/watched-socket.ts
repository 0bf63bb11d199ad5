import { Socket } from "node:net";

/** What postgres.js passes to a function that makes sockets. */
interface Target {
  host: string[];
  port: number[];
  path?: string | false;
  ssl?: unknown;
}

interface Watched {
  socket: Socket;
  silenceMs: number;
  /** When the last byte came. */
  heardAt: number;
  /** Since when an answer is waited for; null: all was answered. */
  askedAt: number | null;
}

/** Every second is often enough for limits of seconds. */
const lookEveryMs = 1000;
const open = new Set<Watched>();
let timer: NodeJS.Timeout | undefined;
let lookedAt = 0;

/**
 * Makes the sockets of a pool, for postgres.js. A connection whose other end vanished without a word (a firewall that forgot it, a host without
 * power) looks alive for minutes, and what was asked on it waits for as long. So one on which a question is not answered for `silenceMs` is
 * destroyed, and with it all others of the process that have heard nothing since: the pools connect again, and what was asked fails as by any
 * lost connection. `silenceMs` has to be longer than a statement of the pool may take.
 */
export function watchedSockets(silenceMs: number): (target: Target) => Socket {
  return ({ host, port, path, ssl }) => {
    const socket = new Socket();
    const watched: Watched = { socket, silenceMs, heardAt: performance.now(), askedAt: null };
    // Encrypted bytes show nothing: there every answer counts as the last one, and the next question begins the watch again.
    const isAnswered = ssl ? () => true : createListener();
    socket.on("data", (chunk: Buffer) => {
      watched.heardAt = performance.now();
      if (isAnswered(chunk)) watched.askedAt = null;
      else if (watched.askedAt !== null) watched.askedAt = watched.heardAt;
    });
    socket.once("close", () => {
      open.delete(watched);
      if (open.size === 0) clearInterval(timer);
    });
    if (open.size === 0) {
      lookedAt = performance.now();
      timer = setInterval(look, lookEveryMs);
      timer.unref();
    }
    open.add(watched);
    // postgres.js writes at once; what it writes is sent when the connection is there. Its own limit of time holds for connecting.
    if (path) socket.connect(path);
    else socket.connect(port[0] as number, host[0] as string);
    // Only now: to connect sets a socket's `write` back to Node's own.
    const write = socket.write;
    socket.write = ((...args: Parameters<typeof write>) => {
      watched.askedAt ??= performance.now();
      return write.apply(socket, args);
    }) as typeof write;
    // For the name in a certificate and in messages, as the driver does for sockets of its own.
    return Object.assign(socket, { host: host[0], port: port[0] });
  };
}

function look(): void {
  const now = performance.now();
  // This process itself stood still: what came meanwhile lies unread in the sockets.
  const wasHeldUp = now - lookedAt > 2 * lookEveryMs;
  lookedAt = now;
  if (wasHeldUp) return;
  let brokeAt = Number.NEGATIVE_INFINITY;
  for (const { askedAt, silenceMs, socket } of open)
    if (askedAt !== null && now - askedAt >= silenceMs && !socket.connecting) brokeAt = Math.max(brokeAt, askedAt);
  // Most likely they went the same way: one that is only slow is tried again, and one more connection costs milliseconds.
  for (const { heardAt, socket } of open)
    if (heardAt <= brokeAt)
      socket.destroy(Object.assign(new Error("The database did not answer in time."), { code: "ETIMEDOUT" }));
}

const readyForQuery = 0x5a;

/**
 * Follows what the server sends, and returns for each chunk whether it held ReadyForQuery: then nothing more is to come but notifications
 * (https://www.postgresql.org/docs/current/protocol-message-formats.html).
 */
function createListener(): (chunk: Buffer) => boolean {
  const header = Buffer.alloc(5);
  let headerBytes = 0;
  /** Of the message that a chunk broke off in. */
  let bodyLeft = 0;
  return (chunk) => {
    let isReady = false;
    for (let at = 0; at < chunk.length; ) {
      if (bodyLeft > 0) {
        const skipped = Math.min(bodyLeft, chunk.length - at);
        bodyLeft -= skipped;
        at += skipped;
        continue;
      }
      header[headerBytes++] = chunk[at++] as number;
      if (headerBytes < 5) continue;
      headerBytes = 0;
      bodyLeft = header.readUInt32BE(1) - 4;
      // Anything but a notification or a notice after it belongs to the answer of a further question.
      if (header[0] === readyForQuery) isReady = true;
      else if (!isAside(header[0] as number)) isReady = false;
    }
    return isReady;
  };
}

/** NotificationResponse, NoticeResponse, ParameterStatus: sent without a question. */
function isAside(type: number): boolean {
  return type === 0x41 || type === 0x4e || type === 0x53;
}
