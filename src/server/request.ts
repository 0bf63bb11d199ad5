import type { IncomingMessage, ServerResponse } from "node:http";
import { canonicalAddress } from "#src/inventory/enrichment/address.ts";
import type { ByteBudget } from "./budget.ts";

/** The body is larger than the transport allows. */
export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

/** So much of a body is read without a budget: with as many connections as there may be it stays little. */
const freeBytes = 16 * 1024;

/**
 * The whole body. Throws BodyTooLargeError as soon as it is too large, announced or not, and RateLimitedError as soon as the owner's
 * budget is used up; the rest is not read. The bytes are counted until `release` is called.
 */
export function readBody(
  request: IncomingMessage,
  { maxBytes, budget, owner }: { maxBytes: number; budget: ByteBudget; owner: string },
): Promise<{ body: Buffer; release: () => void }> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw new BodyTooLargeError();
    let chunks: Buffer[] | null = [];
    let size = 0;
    let counted = 0;
    const release = () => {
      if (counted > 0) budget.give(owner, counted);
      counted = 0;
    };
    const fail = (error: unknown) => {
      request.pause();
      chunks = null;
      release();
      reject(error);
    };
    request.on("data", (chunk: Buffer) => {
      if (!chunks) return;
      size += chunk.length;
      if (size > maxBytes) return fail(new BodyTooLargeError());
      if (size > freeBytes) {
        try {
          budget.take(owner, size - counted);
          counted = size;
        } catch (error) {
          return fail(error);
        }
      }
      chunks.push(chunk);
    });
    request.on("end", () => {
      if (chunks) resolve({ body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), release });
    });
    request.on("error", fail);
    request.on("close", () => {
      if (!request.complete) fail(new Error("The connection was closed before the whole body had come."));
    });
  });
}

/** Answers below it are not counted: with as many connections as there may be they stay little. */
const freeAnswerBytes = 64 * 1024;

/** Counts an answer until its reader has taken it. Throws RateLimitedError; one who takes nothing for `slowMs` is given up. */
export function holdAnswer(
  response: ServerResponse,
  { bytes, budget, owner, slowMs }: { bytes: number; budget: ByteBudget; owner: string; slowMs: number },
): void {
  if (bytes < freeAnswerBytes || response.destroyed) return;
  budget.take(owner, bytes);
  response.once("close", () => budget.give(owner, bytes));
  response.setTimeout(slowMs, () => response.destroy());
}

/** Whether the connection comes from a proxy before us, which many share. We speak plain HTTP: an https PUBLIC_URL means that there is one. */
export function isProxy(peerAddress: string | undefined, publicUrl: string): boolean {
  const peer = plainAddress(peerAddress);
  return publicUrl.startsWith("https:") && peer !== null && isNear(peer);
}

/**
 * Where a request came from. We speak plain HTTP, so an https PUBLIC_URL means that a proxy stands before us:
 * then, and only from a loopback or private address, the last entry of X-Forwarded-For (the proxy's own) is believed.
 */
export function clientAddress(request: IncomingMessage, publicUrl: string): string | null {
  const peer = plainAddress(request.socket.remoteAddress);
  const forwarded = request.headers["x-forwarded-for"];
  if (!forwarded || !isProxy(request.socket.remoteAddress, publicUrl)) return peer;
  return canonicalAddress(String(forwarded).split(",").at(-1)!) ?? peer;
}

/**
 * A request of this machine itself, not one a local proxy passes on. A proxy need not say that it is one: where PUBLIC_URL is another
 * place than this machine, one may stand before us, and nobody is believed to be local.
 */
export function isFromThisMachine(request: IncomingMessage, publicUrl: string): boolean {
  if (!isLoopback(new URL(publicUrl).hostname.replace(/^\[|\]$/g, ""))) return false;
  const peer = plainAddress(request.socket.remoteAddress);
  const { "x-forwarded-for": forwardedFor, forwarded, via } = request.headers;
  return !forwardedFor && !forwarded && !via && peer !== null && isLoopback(peer);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

function plainAddress(address: string | undefined): string | null {
  return address?.replace(/^::ffff:(?=\d+\.)/, "") ?? null;
}

function isNear(address: string): boolean {
  return /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd])/i.test(address);
}

/** A browser or a chat program that fetches a page nobody has asked for yet. */
export function isLookAhead({ headers }: IncomingMessage): boolean {
  return /prefetch|preview/i.test(`${headers["sec-purpose"] ?? ""} ${headers.purpose ?? ""}`);
}

/** Whether the browser states that a page of ours made the request. */
export function isSameOrigin(request: IncomingMessage, publicUrl: string): boolean {
  const { origin, host } = request.headers;
  if (origin !== undefined && origin !== "null") return originIsOurs(origin, host, publicUrl);
  return origin === undefined && request.headers["sec-fetch-site"] === "same-origin";
}

function originIsOurs(origin: string, host: string | undefined, publicUrl: string): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  return url.origin === new URL(publicUrl).origin || (host !== undefined && url.host === host.toLowerCase());
}

/** Headers that no page of another site can add without asking first, and we never allow it to. */
export const preflightHeaders = [
  "x-gatehouse-csrf",
  "graphql-preflight",
  "graphql-require-preflight",
  "apollo-require-preflight",
];

/** Whether a request that a cookie signs in may have been made by another site's page. */
export function mayBeForged(request: IncomingMessage, publicUrl: string): boolean {
  const { origin, "sec-fetch-site": site } = request.headers;
  if (origin !== undefined || (site !== undefined && site !== "none")) return !isSameOrigin(request, publicUrl);
  if (preflightHeaders.some((name) => request.headers[name] !== undefined)) return false;
  // A typed address (`none`), or a client without a browser's headers: reading is harmless, acting needs a sign of intent.
  return request.method !== "GET" || site !== "none";
}

/** Sets headers that stand in one line: name, value, name, value. */
export function setHeaders(response: ServerResponse, headers: readonly string[]): void {
  for (let index = 0; index < headers.length; index += 2) response.setHeader(headers[index]!, headers[index + 1]!);
}

export function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string | number | string[]>,
  body: string | Buffer = "",
): void {
  if (response.headersSent || response.destroyed) return;
  const sent = response.req.method === "HEAD" ? "" : body;
  const all = { "content-length": Buffer.byteLength(body), ...headers };
  if (!isLargeAndUnread(response.req)) {
    response.writeHead(status, all);
    response.end(sent);
    return;
  }
  response.req.pause();
  response.writeHead(status, { ...all, connection: "close" });
  if (sent.length > 0) response.write(sent);
  else response.flushHeaders();
  setTimeout(() => response.destroy(), lingerMs).unref();
}

/** What is left of a small body is read and dropped, and the connection can be used again. */
const droppedBytes = 64 * 1024;
/** A connection closed while the other end still sends is reset, and the answer may be lost on the way. */
const lingerMs = 500;

/** Whether the answer comes before a large body: to read on only to drop it would cost as much as to take it. */
function isLargeAndUnread({ complete, headers }: IncomingMessage): boolean {
  return !complete && !(Number(headers["content-length"]) <= droppedBytes);
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  send(
    response,
    status,
    { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers },
    `${JSON.stringify(body)}\n`,
  );
}
