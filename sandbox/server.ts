import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { control } from "./control.ts";
import type { Provider, SandboxRequest, SandboxResponse } from "./provider.ts";
import { World } from "./world.ts";

const bodyLimit = 5 * 1024 * 1024;

export interface Sandbox {
  /** `http://127.0.0.1:4100` */
  origin: string;
  world: World;
  close(): Promise<void>;
}

/** HTTP around the simulated providers (default: all of them): `/<host>/<path>`, and the control API under `/_sandbox`. */
export async function startSandbox(options: {
  port: number;
  host?: string;
  providers?: readonly Provider[];
}): Promise<Sandbox> {
  const world = new World(options.providers);
  const server = createServer((incoming, outgoing) => void serve(world, incoming, outgoing));
  // Longer than any client keeps an idle connection, so that the client closes first and never meets a reset.
  server.keepAliveTimeout = 120_000;
  const host = options.host ?? "127.0.0.1";
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(options.port, host, resolve));
  return {
    origin: `http://${host}:${(server.address() as AddressInfo).port}`,
    world,
    close: () =>
      new Promise((resolve) => {
        world.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(world: World, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    const body = await readBody(incoming);
    if (body === undefined)
      return send(outgoing, { status: 413, headers: { connection: "close" }, body: { error: "body too large" } });
    const answer = await answerTo(world, parse(incoming, body));
    const { slowMs } = answer.tenant?.faults ?? {};
    if (slowMs) await new Promise((resolve) => setTimeout(resolve, slowMs));
    if (takeCut(answer)) cut(outgoing, answer);
    else send(outgoing, answer);
  } catch (error) {
    // A client that went away is no fault of ours; anything else is a bug in a simulated provider.
    if (incoming.destroyed && !incoming.complete) return;
    process.stderr.write(
      `${incoming.method} ${incoming.url}: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    if (!outgoing.headersSent)
      send(outgoing, { status: 500, body: { error: "the sandbox failed", detail: String(error) } });
  }
}

async function answerTo(world: World, request: SandboxRequest): Promise<SandboxResponse> {
  if (request.host === "_sandbox") return control(world, { ...request, path: `/_sandbox${request.path}` });
  const provider = world.providerFor(request);
  if (!provider) return { status: 404, body: { error: `no provider serves ${request.host}` } };
  return provider.handle(request, world);
}

function parse(incoming: IncomingMessage, body: Buffer): SandboxRequest {
  const origin = `http://${incoming.headers.host ?? "127.0.0.1"}`;
  const target = incoming.url ?? "/";
  const question = target.indexOf("?");
  const path = question < 0 ? target : target.slice(0, question);
  const slash = path.indexOf("/", 1);
  return {
    method: incoming.method ?? "GET",
    host: (slash < 0 ? path.slice(1) : path.slice(1, slash)).toLowerCase(),
    path: slash < 0 ? "/" : path.slice(slash),
    query: new URLSearchParams(question < 0 ? "" : target.slice(question + 1)),
    headers: incoming.headers,
    body,
    origin,
  };
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function encode(answer: SandboxResponse): { headers: Record<string, string | string[]>; body: Buffer } {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers[name.toLowerCase()] = value;
  const { body } = answer;
  if (body === undefined) return { headers, body: Buffer.alloc(0) };
  if (Buffer.isBuffer(body)) return { headers, body };
  if (typeof body === "string") {
    headers["content-type"] ??= "text/plain; charset=utf-8";
    return { headers, body: Buffer.from(body) };
  }
  headers["content-type"] ??= "application/json; charset=utf-8";
  return { headers, body: Buffer.from(JSON.stringify(body)) };
}

function send(outgoing: ServerResponse, answer: SandboxResponse): void {
  const { headers, body } = encode(answer);
  if (answer.status !== 204 && answer.status !== 304) headers["content-length"] = String(body.length);
  outgoing.writeHead(answer.status, headers);
  outgoing.end(body.length === 0 ? undefined : body);
}

function takeCut(answer: SandboxResponse): boolean {
  const cuts = answer.tenant?.faults.cutConnections;
  if (!cuts || cuts.remaining <= 0) return false;
  cuts.remaining -= 1;
  return true;
}

/** Promises the whole answer and hangs up half-way. */
function cut(outgoing: ServerResponse, answer: SandboxResponse): void {
  const { headers, body } = encode(answer);
  outgoing.writeHead(answer.status, { ...headers, "content-length": String(body.length + 1) });
  outgoing.write(body.subarray(0, Math.ceil(body.length / 2)), () => outgoing.destroy());
}
