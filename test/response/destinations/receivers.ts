import { createSocket } from "node:dgram";
import { createServer as createHttpServer, type IncomingHttpHeaders } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer as createTlsServer } from "node:tls";
import { afterAll } from "vitest";
import type { Data } from "../../support/app.ts";
import { certificate, privateKey } from "./certificate.ts";

const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

export interface ReceivedPost {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** By the receiver's clock. */
  at: number;
}

export interface Receiver {
  url: string;
  posts: ReceivedPost[];
  /** What it answers; default 204. Null: nothing, for ever. */
  answer: (post: ReceivedPost, n: number) => { status: number; headers?: Record<string, string> } | null;
  /** How long it thinks. */
  delayMs: () => number;
  /** Events in the order in which they came, of posts that were taken. */
  taken(path?: string): Data[];
}

/** A real HTTP server. As the sandbox of a Gatehouse it plays every host: `https://siem.example/a` comes as `/siem.example/a`. */
export async function startReceiver(): Promise<Receiver> {
  const accepted = new Set<ReceivedPost>();
  const receiver: Receiver = {
    url: "",
    posts: [],
    answer: () => ({ status: 204 }),
    delayMs: () => 0,
    taken: (path) =>
      receiver.posts
        .filter((post) => accepted.has(post) && (path === undefined || post.path === path))
        .flatMap((post) => (JSON.parse(post.body) as { events: Data[] }).events),
  };
  const server = createHttpServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const post = { path: request.url ?? "", headers: request.headers, body, at: Date.now() };
    receiver.posts.push(post);
    const answer = receiver.answer(post, receiver.posts.length);
    if (!answer) return;
    await sleep(receiver.delayMs());
    if (answer.status < 300) accepted.add(post);
    response.writeHead(answer.status, answer.headers).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return receiver;
}

export interface SyslogReceiver {
  target: string;
  /** Messages, parted by their counts; over UDP a datagram each. */
  messages: string[];
}

/** A collector that reads octet-counted messages, as RFC 6587 and 5425 frame them. */
export async function startSyslog(transport: "tcp" | "tls" | "udp"): Promise<SyslogReceiver> {
  const messages: string[] = [];
  if (transport === "udp") {
    const socket = createSocket("udp4");
    socket.on("message", (message) => void messages.push(message.toString("utf8")));
    await new Promise<void>((bound) => socket.bind(0, "127.0.0.1", bound));
    closing.push(() => socket.close());
    return { target: `udp://127.0.0.1:${socket.address().port}`, messages };
  }
  const listener = (socket: import("node:net").Socket) => {
    let pending = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      for (;;) {
        const space = pending.indexOf(" ");
        const length = Number(pending.subarray(0, Math.max(0, space)).toString());
        if (space < 1 || pending.length < space + 1 + length) return;
        messages.push(pending.subarray(space + 1, space + 1 + length).toString("utf8"));
        pending = pending.subarray(space + 1 + length);
      }
    });
    socket.on("error", () => {});
  };
  const server: Server =
    transport === "tls" ? createTlsServer({ cert: certificate, key: privateKey }, listener) : createTcpServer(listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  closing.push(() => server.close());
  return { target: `${transport}://127.0.0.1:${(server.address() as AddressInfo).port}`, messages };
}

/** Waits until it is so. */
export async function until(what: string, test: () => boolean | Promise<boolean>, ms = 15_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await test())) {
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`);
    await sleep(20);
  }
}
