import type { Duplex } from "node:stream";
import type { Viewer } from "#src/access/viewer.ts";
import type { LogCursor } from "#src/realtime/cursor.ts";
import type { Member } from "#src/realtime/group.ts";
import { type SharedPayload, writeNext } from "./frames.ts";
import type { Live, LiveSubscription } from "./live.ts";

/** A socket as its live operations see it. */
export interface LiveSocket {
  readonly viewer: Viewer | null;
  /** The connection below the WebSocket. */
  readonly raw: Duplex;
  readonly canSend: boolean;
  /** Counts a message that is being sent, until the returned function is called. */
  sendingOne(): (error?: Error | null) => void;
  drained(): Promise<void>;
}

const end = { done: true, value: undefined } as const;

/**
 * One live subscription on a socket. For the protocol it is a stream of results without any, which lasts as long as the subscription: its
 * `next` messages are written to the socket as they are made for all. A class: there may be thousands, mostly idle.
 */
export class LiveOperation implements Member<SharedPayload>, AsyncGenerator<never, void, void> {
  seen: LogCursor;
  isOver = false;
  readonly #socket: LiveSocket;
  /** As it stands in JSON. */
  readonly #id: string;
  readonly #idBytes: number;
  readonly #maxWaitingBytes: number;
  #subscription: { live: Live; asked: LiveSubscription } | null;
  #group: { leave(member: Member<SharedPayload>): void } | null = null;
  readonly #onOver: () => void;
  #settle: { resolve(result: typeof end): void; reject(error: unknown): void } | null = null;

  constructor(
    live: Live,
    asked: LiveSubscription,
    {
      socket,
      id,
      maxWaitingBytes,
      onOver,
    }: {
      socket: LiveSocket;
      id: string;
      maxWaitingBytes: number;
      /** Called once. */
      onOver: () => void;
    },
  ) {
    this.seen = asked.seen;
    this.#subscription = { live, asked };
    this.#socket = socket;
    this.#id = JSON.stringify(id);
    this.#idBytes = Buffer.byteLength(this.#id);
    this.#maxWaitingBytes = maxWaitingBytes;
    this.#onOver = onOver;
  }

  get viewer(): Viewer {
    return this.#socket.viewer!;
  }

  offer(payload: SharedPayload): boolean {
    const { raw, canSend } = this.#socket;
    if (!canSend) return true;
    if (raw.writableLength > this.#maxWaitingBytes) return false;
    writeNext(raw, this.#id, this.#idBytes, payload);
    return true;
  }

  send(payload: SharedPayload): Promise<void> {
    const socket = this.#socket;
    if (this.isOver || !socket.canSend) return Promise.resolve();
    const sent = socket.sendingOne();
    return new Promise((resolve) => {
      writeNext(socket.raw, this.#id, this.#idBytes, payload, (error) => {
        sent(error);
        resolve();
      });
    });
  }

  drained(): Promise<void> {
    return this.#socket.drained();
  }

  fail(error: unknown): void {
    const settle = this.#settle;
    this.#settle = null;
    this.abort();
    settle?.reject(error);
  }

  /** Ends it, from either side; nothing is sent any more. */
  abort(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#onOver();
    this.#subscription = null;
    this.#group?.leave(this);
    this.#group = null;
    this.#settle?.resolve(end);
    this.#settle = null;
  }

  /** Begins, and is answered at the end. */
  next(): Promise<typeof end> {
    const subscription = this.#subscription;
    if (this.isOver || !subscription) return Promise.resolve(end);
    this.#subscription = null;
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      const { live, asked } = subscription;
      this.#group = live.fanOut.join(asked.operation, this, asked.beginning as never);
    });
  }

  return(): Promise<typeof end> {
    this.abort();
    return Promise.resolve(end);
  }

  throw(error: unknown): Promise<typeof end> {
    this.abort();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.abort();
  }
}
