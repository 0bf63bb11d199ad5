// A process of its own that holds many WebSocket subscribers. Raw sockets that share one buffer: frames are counted, not read, unless
// they are to be timed. What it does not do, the server under measurement has the processor for.
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { answer, tell } from "./processes.ts";

export interface OpenOptions {
  port: number;
  count: number;
  /** Tokens for connection_init, taken in turn. */
  tokens: string[];
  /** Payloads of `subscribe`, taken in turn. */
  subscriptions: string[];
}

interface Subscriber {
  socket: Socket;
  /** What came of a frame that is not complete: its header, or (while frames are read) all of it. */
  rest: Buffer | null;
  /** Of a frame that is skipped. */
  missing: number;
  received: number;
  /** Texts before it is subscribed. */
  onText: ((text: string) => void) | null;
}

const shared = Buffer.allocUnsafe(1024 * 1024);
const mark = Buffer.from("timed-");
const maskedPong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
let subscribers: Subscriber[] = [];
let lost = 0;
let lastClose = "";
/** Frames are read while it is set: for the sample, and for the times of marked events. */
let isReading = false;
let sample = "";
let times: { event: number; at: number }[] = [];
let count = 0;
let perPage = Number.POSITIVE_INFINITY;

answer({
  async open({ port, count: wanted, tokens, subscriptions }: OpenOptions) {
    lost = 0;
    const atOnce = 50;
    for (let from = 0; from < wanted; from += atOnce) {
      const numbers = Array.from({ length: Math.min(atOnce, wanted - from) }, (_, index) => from + index);
      await Promise.all(
        numbers.map((number) =>
          subscribe(
            port,
            number,
            tokens[number % tokens.length] ?? "",
            subscriptions[number % subscriptions.length] as string,
          ),
        ),
      );
    }
  },
  /** From now on frames are read, and each subscriber's are counted anew. */
  read() {
    isReading = true;
    sample = "";
    times = [];
    for (const one of subscribers) one.received = 0;
  },
  state: () => ({
    /** Subscribers that have received something since `read`. */
    reached: subscribers.filter((one) => one.received > 0).length,
    lost,
    lastClose,
    sample,
    count,
    timed: times.length,
  }),
  /** From now on frames are only counted, and every `page` of them is told. */
  count({ page }: { page: number }) {
    isReading = false;
    count = 0;
    perPage = page;
  },
  /** Percentiles of what was marked, from the commit of each event (ms by the monotonic clock) to each subscriber. */
  latencies({ commits }: { commits: number[] }) {
    const all = times
      .filter(({ event }) => commits[event] !== undefined)
      .map(({ event, at }) => at - (commits[event] as number))
      .sort((a, b) => a - b);
    return {
      samples: all.length,
      p50: all[Math.floor(all.length * 0.5)],
      p99: all[Math.floor(all.length * 0.99)],
      most: all.at(-1),
    };
  },
  async close() {
    for (const { socket } of subscribers) socket.destroy();
    subscribers = [];
    await sleep(200);
  },
});

function subscribe(port: number, number: number, token: string, subscription: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let isUpgraded = false;
    let head = "";
    const socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer: shared,
        callback: (size, buffer) => {
          const bytes = (buffer as Buffer).subarray(0, size);
          if (isUpgraded) take(own, bytes);
          else {
            head += bytes.toString("latin1");
            const end = head.indexOf("\r\n\r\n");
            if (end < 0) return true;
            if (!head.startsWith("HTTP/1.1 101")) reject(new Error(head));
            isUpgraded = true;
            send(socket, JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${token}` } }));
            if (head.length > end + 4) take(own, Buffer.from(head.slice(end + 4), "latin1"));
          }
          return true;
        },
      },
    });
    const own: Subscriber = {
      socket,
      rest: null,
      missing: 0,
      received: 0,
      onText: (text) => {
        if (!text.includes("connection_ack")) return;
        own.onText = null;
        send(
          socket,
          `{"id":"${number}-${randomBytes(8).toString("hex")}","type":"subscribe","payload":${subscription}}`,
        );
        subscribers.push(own);
        resolve();
      },
    };
    socket.once("connect", () => {
      socket.write(
        `GET /graphql HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n` +
          `sec-websocket-key: ${randomBytes(16).toString("base64")}\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`,
      );
    });
    socket.once("error", reject);
    socket.once("close", () => {
      if (subscribers.includes(own)) lost += 1;
      else reject(new Error("A WebSocket was closed before it was subscribed."));
    });
  });
}

/** A text frame, masked with zeros: the bytes go as they are. */
function send(socket: Socket, text: string): void {
  const body = Buffer.from(text);
  const head =
    body.length < 126
      ? Buffer.from([0x81, 0x80 | body.length])
      : Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 0xff]);
  socket.write(Buffer.concat([head, Buffer.alloc(4), body]));
}

function take(own: Subscriber, chunk: Buffer): void {
  const bytes = own.rest ? Buffer.concat([own.rest, chunk]) : chunk;
  own.rest = null;
  let at = 0;
  if (own.missing > 0) {
    at = Math.min(own.missing, bytes.length);
    own.missing -= at;
    if (own.missing > 0) return;
    counted(own);
  }
  while (at < bytes.length) {
    let length = (bytes[at + 1] ?? 0) & 0x7f;
    const start = at + (length < 126 ? 2 : length === 126 ? 4 : 10);
    if (start > bytes.length) break;
    if (length === 126) length = bytes.readUInt16BE(at + 2);
    else if (length === 127) length = Number(bytes.readBigUInt64BE(at + 2));
    const end = start + length;
    const kind = (bytes[at] as number) & 0x0f;
    if (end > bytes.length) {
      if (isReading || own.onText || kind !== 1) break;
      own.missing = end - bytes.length;
      return;
    }
    if (kind === 9) own.socket.write(maskedPong);
    else if (kind === 8) lastClose = `${bytes.readUInt16BE(start)} ${bytes.toString("utf8", start + 2, end)}`;
    else if (own.onText) own.onText(bytes.toString("utf8", start, end));
    else {
      if (isReading) read(bytes, start, end);
      counted(own);
    }
    at = end;
  }
  if (at < bytes.length) own.rest = Buffer.from(bytes.subarray(at));
}

function counted(own: Subscriber): void {
  own.received += 1;
  count += 1;
  if (count % perPage === 0) tell("page");
}

function read(bytes: Buffer, start: number, end: number): void {
  if (!sample) sample = bytes.toString("utf8", start, end);
  const found = bytes.indexOf(mark, start);
  if (found < 0 || found >= end) return;
  times.push({
    event: Number.parseInt(bytes.toString("latin1", found + mark.length, found + mark.length + 8), 10),
    at: now(),
  });
}

function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
