import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";

export interface ReceivedRequest {
  method: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  body: Buffer;
}

export interface ReceiverAnswer {
  /** Default 200. */
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface Receiver {
  /** `http://127.0.0.1:40123`. Any path is taken. */
  url: string;
  close(): Promise<void>;
}

/** An address that takes webhooks, whatever asks it; it ends with the test file at the latest. */
export async function startReceiver(answer: (request: ReceivedRequest) => ReceiverAnswer): Promise<Receiver> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const {
      status = 200,
      headers = {},
      body = "",
    } = answer({
      method: incoming.method ?? "",
      headers: incoming.headers as Record<string, string>,
      query: Object.fromEntries(new URL(incoming.url ?? "/", "http://receiver").searchParams),
      body: Buffer.concat(chunks),
    });
    outgoing.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.add(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

const open = new Set<Server>();
afterAll(async () => {
  await Promise.all([...open].map(close));
});

async function close(server: Server): Promise<void> {
  open.delete(server);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
