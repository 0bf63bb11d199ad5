// A process of its own that asks one server over keep-alive connections, as fast as it answers. Raw sockets, since an HTTP client
// would cost more than some of the servers; it reads headers and lengths, never the bodies.
import { connect } from "node:net";
import { answer } from "./processes.ts";

export interface LoadOptions {
  port: number;
  /** Bodies of POST requests, asked in turn. */
  bodies: string[];
  path: string;
  headers: Record<string, string>;
  connections: number;
  seconds: number;
}

export interface LoadResult {
  requests: number;
  seconds: number;
  p50: number;
  p99: number;
  /** Answers that were not 200, or named errors in a short body. */
  failed: number;
}

answer({ load });

async function load(options: LoadOptions): Promise<LoadResult> {
  const { bodies, connections, seconds } = options;
  const requests = bodies.map((body) => requestOf(options, body));
  const times: number[] = [];
  let failed = 0;
  let next = 0;
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, () => {
      return new Promise<void>((resolve, reject) => {
        const reader = new Answers((ok) => {
          const now = performance.now();
          times.push(now - askedAt);
          if (!ok) failed += 1;
          if (now >= endsAt) socket.destroy();
          else ask();
        });
        let askedAt = 0;
        const socket = connect({
          port: options.port,
          host: "127.0.0.1",
          noDelay: true,
          onread: {
            buffer: Buffer.allocUnsafe(256 * 1024),
            callback: (size, buffer) => {
              reader.take((buffer as Buffer).subarray(0, size));
              return true;
            },
          },
        });
        const ask = () => {
          askedAt = performance.now();
          socket.write(requests[next++ % requests.length] as Buffer);
        };
        socket.once("connect", ask);
        socket.once("error", reject);
        socket.once("close", () => resolve());
      });
    }),
  );
  times.sort((a, b) => a - b);
  return {
    requests: times.length,
    seconds: (performance.now() - startedAt) / 1000,
    p50: times[Math.floor(times.length * 0.5)] ?? Number.NaN,
    p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
    failed,
  };
}

function requestOf({ port, path, headers }: LoadOptions, body: string): Buffer {
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

/** Tells where each answer ends: by content-length, or by its last chunk. */
class Answers {
  #onEnd: (ok: boolean) => void;
  #head = "";
  #isOk = true;
  /** Of the body; null while the head is read. */
  #missing: number | null = null;
  #isChunked = false;
  #tail = "";

  constructor(onEnd: (ok: boolean) => void) {
    this.#onEnd = onEnd;
  }

  take(bytes: Buffer): void {
    let body = bytes;
    if (this.#missing === null) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) {
        this.#head += bytes.toString("latin1");
        return;
      }
      this.#head += bytes.toString("latin1", 0, end);
      body = bytes.subarray(end + 4);
      this.#isChunked = /transfer-encoding: *chunked/i.test(this.#head);
      this.#missing = this.#isChunked ? 1 : Number(/content-length: *(\d+)/i.exec(this.#head)?.[1] ?? 0);
      this.#isOk = this.#head.startsWith("HTTP/1.1 200") && !body.subarray(0, 12).includes('"errors"');
      this.#head = "";
    }
    if (this.#isChunked) {
      this.#tail = (this.#tail + body.toString("latin1", Math.max(0, body.length - 5))).slice(-5);
      if (this.#tail === "0\r\n\r\n") this.#missing = 0;
    } else this.#missing -= body.length;
    if (this.#missing > 0) return;
    this.#missing = null;
    this.#tail = "";
    this.#onEnd(this.#isOk);
  }
}
