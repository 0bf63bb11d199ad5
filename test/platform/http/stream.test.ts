import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  ProviderRateLimitError,
  ProviderResponseError,
  ProviderScopeError,
  ProviderUnavailableError,
} from "#src/errors.ts";
import { failure, json, makeClient, startProvider } from "./provider.ts";

async function read(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

describe("a streamed answer", () => {
  test.each(["identity", "gzip"])("arrives whole and in pieces: %s", async (encoding) => {
    const content = randomBytes(3_000_000);
    const provider = await startProvider(
      (_, response) =>
        void response
          .writeHead(200, { "content-encoding": encoding })
          .end(encoding === "gzip" ? gzipSync(content) : content),
    );
    const { client } = makeClient(provider.url, { sign: () => ({ headers: { authorization: "Bearer secret" } }) });
    let pieces = 0;
    const all: Uint8Array[] = [];
    for await (const piece of client.stream("/file", { query: { alt: "media" } })) {
      pieces++;
      all.push(piece);
    }
    expect(Buffer.concat(all).equals(content)).toBe(true);
    expect(pieces).toBeGreaterThan(10);
    expect(provider.seen[0]).toMatchObject({
      url: "https://api.example.com/file?alt=media",
      headers: { authorization: "Bearer secret", "accept-encoding": "gzip" },
    });
  });

  test("is not asked for before its first piece is", async () => {
    const provider = await startProvider((_, response) => void response.end("x"));
    const { client } = makeClient(provider.url);
    const pieces = client.stream("/file");
    await new Promise((done) => setTimeout(done, 20));
    expect(provider.seen).toHaveLength(0);
    expect((await read(pieces)).toString()).toBe("x");
  });

  test("that is left early closes its connection", async () => {
    let closed = false;
    const provider = await startProvider((_, response) => {
      response.on("close", () => {
        closed = true;
      });
      response.writeHead(200);
      const more = (): void => {
        if (response.destroyed) return;
        if (response.write(Buffer.alloc(65_536))) setImmediate(more);
        else response.once("drain", more);
      };
      more();
    });
    const { client } = makeClient(provider.url);
    for await (const _ of client.stream("/file")) break;
    await expect.poll(() => closed).toBe(true);
  });

  test("of which more comes out than allowed is refused, however little came in", async () => {
    const provider = await startProvider(
      (_, response) =>
        void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(5_000_000))),
    );
    const { client } = makeClient(provider.url);
    const error = await failure(read(client.stream("/file", { maxBytes: 1_000_000 })));
    expect(error).toBeInstanceOf(ProviderResponseError);
    expect(error.message).toBe("example sent more than Gatehouse reads in one answer.");
  });

  test("that stops in the middle is given up, but a slow reader is not", async () => {
    const provider = await startProvider(({ url }, response) => {
      response.writeHead(200).write("first");
      if (!url.endsWith("/stuck")) setTimeout(() => response.end("last"), 20);
    });
    const { client } = makeClient(provider.url);
    const error = await failure(read(client.stream("/stuck", { idleMs: 60 })));
    expect(error).toBeInstanceOf(ProviderUnavailableError);
    expect(error.message).toBe("example stopped in the middle of an answer.");
    let text = "";
    for await (const piece of client.stream("/slow", { idleMs: 100 })) {
      text += Buffer.from(piece).toString();
      await new Promise((done) => setTimeout(done, 150));
    }
    expect(text).toBe("firstlast");
  });

  test("that breaks off is an outage, and one that cannot be decompressed a changed shape", async () => {
    const provider = await startProvider(({ url }, response) => {
      if (url.endsWith("/cut")) {
        response.writeHead(200, { "content-length": 1000 }).write("half");
        return void setTimeout(() => response.destroy(), 20);
      }
      response.writeHead(200, { "content-encoding": "gzip" }).end("this is no gzip");
    });
    const { client } = makeClient(provider.url);
    expect(await failure(read(client.stream("/cut")))).toBeInstanceOf(ProviderUnavailableError);
    expect(await failure(read(client.stream("/broken")))).toBeInstanceOf(ProviderResponseError);
  });

  test("is refused, limited, repeated and aborted as any other call", async () => {
    const provider = await startProvider(({ url }, response, nth) => {
      if (url.endsWith("/forbidden")) return json(response, { message: "Not yours." }, {}, 403);
      if (url.endsWith("/limited")) return json(response, {}, { "retry-after": "60" }, 429);
      if (nth === 1) return json(response, {}, {}, 503);
      response.writeHead(200).write("begun");
    });
    const abort = new AbortController();
    const { client, another } = makeClient(provider.url, { signal: abort.signal });
    const pieces = client.stream("/file");
    expect(Buffer.from((await pieces.next()).value as Uint8Array).toString()).toBe("begun");
    expect(provider.seen).toHaveLength(2);
    const rest = failure(pieces.next());
    abort.abort(new Error("disabled"));
    expect((await rest).message).toBe("disabled");

    const other = another({ signal: undefined });
    const error = await failure(read(other.stream("/forbidden")));
    expect(error).toBeInstanceOf(ProviderScopeError);
    expect(error.message).toBe("example answered 403: Not yours.");
    expect(await failure(read(other.stream("/limited")))).toBeInstanceOf(ProviderRateLimitError);
    expect(await failure(read(other.stream("https://evil.example/file")))).toMatchObject({
      name: "OutboundRefusedError",
    });
  });

  test("leaves its place to the calls its reader makes", async () => {
    const provider = await startProvider(({ url }, response) => {
      if (url.endsWith("/other")) return json(response, { ok: true });
      response.writeHead(200).write("first");
      setTimeout(() => response.end("last"), 20);
    });
    const { client } = makeClient(provider.url, { rateLimit: { concurrency: 1 } });
    for await (const _ of client.stream("/file")) expect((await client.get("/other")).body).toEqual({ ok: true });
  });
});

test("bytes are answered as they came, and sent as they are", async () => {
  const bytes = Buffer.from([0, 255, 254, 10]);
  const provider = await startProvider((_, response) => void response.writeHead(200).end(bytes));
  const { client } = makeClient(provider.url);
  const { body } = await client.post<Buffer>("/x", {
    body: Buffer.from("péché", "latin1"),
    headers: { "content-type": "text/plain; charset=latin1" },
    accept: "bytes",
  });
  expect(body.equals(bytes)).toBe(true);
  expect(provider.seen[0]?.headers["content-length"]).toBe("5");
});
