import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Viewer } from "#src/access/viewer.ts";
import type { LiveSocket } from "./live-operation.ts";

/** One socket, and what keeps it honest. A class: there may be thousands, mostly idle. */
export class Connection implements LiveSocket {
  readonly socket: WebSocket;
  readonly raw: Duplex & { bytesWritten?: number };
  readonly ipAddress: string | null;
  /** Of the handshake; null once the viewer is known. */
  request: IncomingMessage | null;
  viewer: Viewer | null = null;
  readonly operations = new Map<string, { abort(): void }>();
  pingedAt = Date.now();
  isAlive = true;
  closingSince: number | null = null;
  leave: (() => void) | null = null;
  /** Serialised payloads on their way through graphql-ws. */
  readonly payloads = new Map<number, string>();
  /** When the newest of the messages handed over one by one was, while any is not yet on its way. */
  #sendingSince: number | null = null;
  #sending = 0;
  #crowdedSince: number | null = null;
  /** Bytes the other end had taken, and since when it has taken no more. */
  #taken = 0;
  #stuckSince: number | null = null;
  #draining: Promise<void> | null = null;
  #stopCounting: (() => void) | null = null;

  constructor(socket: WebSocket, request: IncomingMessage, ipAddress: string | null) {
    this.socket = socket;
    this.raw = request.socket;
    this.request = request;
    this.ipAddress = ipAddress;
  }

  /** Cuts the socket when more than `bytes` come on it before `welcome`: unfinished messages of many strangers would fill memory. */
  expectLittle(bytes: number): void {
    let received = 0;
    const count = (chunk: Buffer) => {
      received += chunk.length;
      if (received > bytes) this.socket.terminate();
    };
    this.raw.on("data", count);
    this.#stopCounting = () => this.raw.off("data", count);
  }

  /** A viewer has signed in on it. */
  welcome(): void {
    this.#stopCounting?.();
    this.#stopCounting = null;
  }

  get canSend(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  get isSending(): boolean {
    return this.#sendingSince !== null || this.raw.writableLength > 0;
  }

  sendingOne(): (error?: Error | null) => void {
    this.#sending += 1;
    this.#sendingSince ??= Date.now();
    return (error) => {
      this.#sending -= 1;
      this.#sendingSince = this.#sending > 0 ? Date.now() : null;
      // Broken (EPIPE and the like): the close that follows stops everything on it.
      if (error) this.socket.terminate();
    };
  }

  drained(): Promise<void> {
    const { raw } = this;
    if (!raw.writableNeedDrain || raw.destroyed) return Promise.resolve();
    this.#draining ??= new Promise((resolve) => {
      const done = () => {
        raw.off("drain", done);
        raw.off("close", done);
        this.#draining = null;
        resolve();
      };
      raw.on("drain", done);
      raw.on("close", done);
    });
    return this.#draining;
  }

  /** Since when the reader takes nothing, or too little; `now` when it is quick enough. To be asked again and again. */
  slowSince(now: number, slowBytes: number): number {
    const waiting = this.raw.writableLength;
    this.#crowdedSince = waiting > slowBytes ? (this.#crowdedSince ?? now) : null;
    const taken = waiting === 0 ? 0 : (this.raw.bytesWritten ?? 0) - waiting;
    if (waiting === 0 || taken !== this.#taken) this.#stuckSince = waiting === 0 ? null : now;
    this.#taken = taken;
    return Math.min(this.#sendingSince ?? now, this.#crowdedSince ?? now, this.#stuckSince ?? now);
  }
}
