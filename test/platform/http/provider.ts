/** A pretend provider on a local port, and a client that reaches it the way the sandbox is reached. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { Client } from "#src/platform/http/client.ts";
import { type ClientOptions, createOutbound, type OutboundOptions } from "#src/platform/http/outbound.ts";

export interface Seen {
  method: string;
  /** As the provider would see it: `https://api.example.com/x?y=1`. */
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
}

export type Answer = (seen: Seen, response: ServerResponse, nth: number) => void | Promise<void>;

export async function startProvider(answer: Answer) {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer(async (request, response) => {
    // The tests' clock is not the machine's.
    response.sendDate = false;
    let body = "";
    for await (const chunk of request) body += chunk;
    const one = { method: request.method ?? "", url: `https:/${request.url}`, headers: request.headers, body };
    seen.push(one);
    await answer(one, response, seen.length);
  });
  server.on("connection", (socket: Socket) => {
    connections++;
    sockets.add(socket.on("close", () => sockets.delete(socket)).on("error", () => {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, seen, connections: () => connections };
}

export function json(
  response: ServerResponse,
  body: unknown,
  headers: Record<string, string> = {},
  status = 200,
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

export const noon = Date.parse("2026-03-01T12:00:00Z");

/** A client whose sleeps are instant, and move its clock. */
export function makeClient(
  sandboxUrl: string | null,
  options: Partial<ClientOptions> = {},
  outboundOptions: Partial<OutboundOptions> = {},
) {
  const slept: number[] = [];
  const logged: unknown[] = [];
  let clock = noon;
  const outbound = createOutbound({
    sandboxUrl,
    log: { debug: (fields, message) => logged.push([fields, message]) },
    random: () => 0.5,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      clock += ms;
    },
    ...outboundOptions,
  });
  onTestFinished(() => outbound.close());
  const with_ = (more: Partial<ClientOptions>): Client =>
    outbound.client({
      name: "example/1",
      baseUrl: "https://api.example.com",
      hosts: ["api.example.com"],
      now: () => new Date(clock),
      ...options,
      ...more,
    });
  return {
    client: with_({}),
    another: with_,
    outbound,
    slept,
    logged,
    clock: () => clock,
    advance: (ms: number) => {
      clock += ms;
    },
  };
}

export async function failure(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error("It was expected to fail, and did not.");
}
