import type { ServerResponse } from "node:http";

/** Puts answers on their way, those of one turn of the event loop together. */
export interface Outbox {
  /** The length of the body is added to the headers (name, value, name, value). */
  send(response: ServerResponse, status: number, headers: string[], body: string | Buffer): void;
}

/** An answer waits no longer for others. */
const mostMs = 1;

/**
 * Answers that are ready in the same turn of the event loop are written one after the other at its end. Written one by one as they are
 * ready, each wakes the reader at the other end, or a proxy before us, which answers and falls asleep again before the next one comes:
 * under load waking costs more than answering a small query.
 */
export function createOutbox(): Outbox {
  let waiting: { response: ServerResponse; status: number; headers: string[]; body: string | Buffer }[] = [];
  let since = 0;

  function flush(): void {
    const ready = waiting;
    waiting = [];
    for (const { response, status, headers, body } of ready) {
      if (response.headersSent || response.destroyed) continue;
      const length = Buffer.byteLength(body);
      response.writeHead(status, [...headers, "content-length", String(length)]);
      if (typeof body !== "string") response.end(body);
      // What is ASCII needs no encoding.
      else response.end(body, length === body.length ? "latin1" : "utf8");
    }
  }

  return {
    send(response, status, headers, body) {
      if (waiting.push({ response, status, headers, body }) === 1) {
        since = performance.now();
        setImmediate(flush);
      } else if (performance.now() - since > mostMs) flush();
    },
  };
}
