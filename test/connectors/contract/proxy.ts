/** An HTTP proxy before the sandbox that may change what comes back: for faults that no provider has on purpose. */
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface ProxiedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface ProxiedCall {
  method: string;
  /** As it was asked, host first: `/api.github.com/orgs/acme/members?page=2`. */
  target: string;
  body: string;
}

export type Change = (call: ProxiedCall, answer: ProxiedAnswer) => ProxiedAnswer;

export class AnswerProxy {
  /** Calls since the change was set. */
  calls = 0;
  readonly #server: Server;
  #change: Change | null = null;

  private constructor(sandboxUrl: string) {
    this.#server = createServer(async (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { method = "GET", url: target = "/", headers } = incoming;
      const body = Buffer.concat(chunks);
      this.calls += 1;
      try {
        const answer = await forward(new URL(target, sandboxUrl), { method, headers }, body);
        const changed = this.#change?.({ method, target, body: body.toString() }, answer) ?? answer;
        const { "content-length": _, "transfer-encoding": __, ...kept } = changed.headers;
        outgoing.writeHead(changed.status, { ...kept, "content-length": Buffer.byteLength(changed.body) });
        outgoing.end(changed.body);
      } catch (error) {
        outgoing.writeHead(500).end(String(error));
      }
    });
    this.#server.keepAliveTimeout = 120_000;
  }

  static async open(sandboxUrl: string): Promise<AnswerProxy> {
    const proxy = new AnswerProxy(sandboxUrl);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Changes answers from now on; null passes them on as they are. */
  set(change: Change | null): void {
    this.calls = 0;
    this.#change = change;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

/** The Host header stays ours, so that links the sandbox writes lead back through the proxy. */
function forward(
  url: URL,
  options: { method: string; headers: IncomingHttpHeaders },
  body: Buffer,
): Promise<ProxiedAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, options, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() });
    });
    request.once("error", reject);
    request.end(body);
  });
}
