import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  ProviderNotFoundError,
  ProviderRequestError,
  ProviderResponseError,
  ProviderUnavailableError,
} from "#src/errors.ts";
import { failure, json, makeClient, startProvider } from "./provider.ts";

describe("bodies", () => {
  const records = Array.from({ length: 1000 }, (_, id) => ({ id, name: "Mira Hölt 🚪" }));
  const plain = Buffer.from(JSON.stringify(records));

  test.each([
    ["gzip", gzipSync(plain)],
    ["br", brotliCompressSync(plain)],
    ["deflate", deflateSync(plain)],
    ["deflate", deflateRawSync(plain)],
    ["identity", plain],
    ["gzip, br", brotliCompressSync(gzipSync(plain))],
  ])("%s is undone", async (encoding, bytes) => {
    const provider = await startProvider(
      (_, response) => void response.writeHead(200, { "content-encoding": encoding }).end(bytes),
    );
    const { client } = makeClient(provider.url);
    expect((await client.get("/x")).body).toEqual(records);
  });

  test("characters split between two packets survive, and a byte order mark does no harm", async () => {
    const bytes = Buffer.from('\ufeff["🚪"]');
    const provider = await startProvider(async (_, response) => {
      response.writeHead(200).write(bytes.subarray(0, 7));
      await new Promise((done) => setTimeout(done, 20));
      response.end(bytes.subarray(7));
    });
    const { client } = makeClient(provider.url);
    expect((await client.get("/x")).body).toEqual(["🚪"]);
  });

  test.each(["announced", "streamed", "compressed"])("a body too large is refused: %s", async (way) => {
    let written = 0;
    const provider = await startProvider((_, response) => {
      if (way === "compressed")
        return void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(50_000_000)));
      if (way === "announced") return void response.writeHead(200, { "content-length": 50_000_000 }).write("[");
      response.writeHead(200);
      const more = (): void => {
        if (response.destroyed) return;
        written += 65_536;
        if (response.write(Buffer.alloc(65_536, " "))) setImmediate(more);
        else response.once("drain", more);
      };
      more();
    });
    const { client } = makeClient(provider.url);
    const before = process.memoryUsage().arrayBuffers;
    const error = await failure(client.get("/x", { maxBytes: 1_000_000 }));
    expect(error).toBeInstanceOf(ProviderResponseError);
    expect(error.message).toBe("example sent more than Gatehouse reads in one answer.");
    expect(provider.seen).toHaveLength(1);
    expect(written).toBeLessThan(20_000_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(
      40_000_000 + (way === "compressed" ? 50_000_000 : 0),
    );
  });

  test.each([
    ["<html>secret-page</html>", "text/html; charset=utf-8"],
    ['{"a": secret-page', "application/json"],
    ["secret-page", ""],
  ])("an answer that is not JSON is our error, and is not quoted", async (body, type) => {
    const provider = await startProvider(
      (_, response) => void response.writeHead(200, type ? { "content-type": type } : {}).end(body),
    );
    const { client } = makeClient(provider.url);
    const error = await failure(client.get("/x"));
    expect(error).toMatchObject({ name: "ProviderResponseError", path: "$", status: 200 });
    expect(error.cause).toBe(undefined);
    expect(error.stack).not.toContain("secret-page");
    expect(provider.seen).toHaveLength(1);
  });

  test("an empty answer is null; text is handed over as it is", async () => {
    const provider = await startProvider(
      ({ url }, response) =>
        void response.writeHead(url.endsWith("text") ? 200 : 204).end(url.endsWith("text") ? "a,b\n{" : ""),
    );
    const { client } = makeClient(provider.url);
    expect((await client.request({ method: "DELETE", url: "/x" })).body).toBe(null);
    expect((await client.get("/text", { accept: "text" })).body).toBe("a,b\n{");
    expect(provider.seen[1]?.headers.accept).toBe("*/*");
  });

  test("the answer to HEAD is its headers, whatever length and encoding they state of the content", async () => {
    const headers = { "content-length": "5000000000", "content-encoding": "gzip", "content-type": "application/pdf" };
    const provider = await startProvider((_, response) => void response.writeHead(200, headers).end());
    const { client } = makeClient(provider.url);
    const answer = await client.request<Buffer>({ method: "HEAD", url: "/x", accept: "bytes" });
    expect(answer.body).toHaveLength(0);
    expect(answer.headers.get("content-length")).toBe("5000000000");
  });

  test("JSON, forms and raw bodies go out with their type", async () => {
    const provider = await startProvider((_, response) => json(response, {}));
    const { client } = makeClient(provider.url);
    await client.post("/x", { json: { a: "ü" } });
    await client.post("/x", { form: { a: "b c&d" } });
    await client.request({
      method: "PUT",
      url: "/x",
      body: "<a/>",
      headers: { "Content-Type": "text/xml", Host: "evil.com" },
    });
    expect(provider.seen.map((one) => [one.body, one.headers["content-type"]])).toEqual([
      ['{"a":"ü"}', "application/json"],
      ["a=b+c%26d", "application/x-www-form-urlencoded"],
      ["<a/>", "text/xml"],
    ]);
    expect(provider.seen[2]?.headers.host).not.toBe("evil.com");
    expect(provider.seen[2]?.headers["user-agent"]).toBe("Gatehouse");
  });
});

describe("broken connections", () => {
  test("a connection cut before the answer is repeated with jitter, three times at most", async () => {
    const provider = await startProvider((_, response) => void response.destroy());
    const { client, slept } = makeClient(provider.url);
    await expect(client.get("/x")).rejects.toBeInstanceOf(ProviderUnavailableError);
    expect(provider.seen).toHaveLength(3);
    expect(slept).toEqual([500, 1000]);
  });

  test.each(["plain", "gzip"])("a body cut half-way is never taken for a whole one (%s)", async (way) => {
    const provider = await startProvider((_, response, nth) => {
      if (nth === 2) return json(response, { whole: true });
      if (way === "gzip")
        return void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("[1,2,3]").subarray(0, 15));
      response.writeHead(200, { "content-length": 100 }).write("[1,2", () => response.destroy());
    });
    const { client } = makeClient(provider.url);
    expect((await client.get("/x")).body).toEqual({ whole: true });
  });

  test("500, 502, 503 and 504 are repeated for GET and for nothing else, unless asked", async () => {
    const provider = await startProvider(({ url }, response) => json(response, {}, {}, Number(url.slice(-3))));
    const { client } = makeClient(provider.url);
    for (const status of [500, 502, 503, 504])
      await expect(client.get(`/${status}`)).rejects.toMatchObject({ code: "PROVIDER_UNAVAILABLE", status });
    expect(provider.seen).toHaveLength(12);
    await failure(client.post("/500"));
    await failure(client.get("/500", { retry: false }));
    expect(provider.seen).toHaveLength(14);
    await failure(client.post("/500", { retry: true }));
    expect(provider.seen).toHaveLength(17);
  });

  test("nobody listening is an outage, and the cause is kept", async () => {
    const { client } = makeClient("http://127.0.0.1:9");
    const error = await failure(client.get("/x"));
    expect(error).toMatchObject({
      name: "ProviderUnavailableError",
      message: "example could not be reached (ECONNREFUSED).",
    });
    expect(error.cause).toBeInstanceOf(Error);
  });

  test("an answer that is not HTTP does not end up in the error", async () => {
    const provider = await startProvider((_, response) => void response.socket?.end("canary-bytes not http\r\n\r\n"));
    const { client } = makeClient(provider.url);
    const error = await failure(client.get("/x"));
    expect(error).toBeInstanceOf(ProviderUnavailableError);
    expect(Object.keys(error.cause as object)).toEqual(["code"]);
    expect(String((error.cause as Error).stack)).not.toContain("canary");
  });
});

describe("time", () => {
  test.each(["no answer", "slow body", "endless redirects"])("the limit covers the whole exchange: %s", async (way) => {
    const provider = await startProvider((_, response, nth) => {
      if (way === "no answer") return;
      if (way === "endless redirects")
        return void setTimeout(() => response.writeHead(302, { location: `/${nth}` }).end(), 60);
      response.writeHead(200);
      const drip = setInterval(() => response.write(" "), 10);
      response.on("close", () => clearInterval(drip));
    });
    const { client } = makeClient(provider.url);
    const startedAt = performance.now();
    await expect(client.get("/x", { timeoutMs: 150 })).rejects.toThrow("example did not answer in time.");
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(provider.seen.length).toBeLessThan(4);
  });

  test("an abort ends the call with its own reason, before, during and in the body", async () => {
    const provider = await startProvider(({ url }, response) => {
      if (url.endsWith("/body")) response.writeHead(200).write("[");
    });
    for (const path of ["/head", "/body"]) {
      const abort = new AbortController();
      const { client } = makeClient(provider.url, { signal: abort.signal });
      setTimeout(() => abort.abort(new Error("disabled")), 50);
      expect((await failure(client.get(path))).message).toBe("disabled");
      const sent = provider.seen.length;
      expect((await failure(client.get(path))).message).toBe("disabled");
      expect(provider.seen).toHaveLength(sent);
    }
  });

  test("closing cuts what is running", async () => {
    const provider = await startProvider(() => {});
    const { client, outbound } = makeClient(provider.url);
    const call = failure(client.get("/x", { retry: false }));
    await new Promise((done) => setTimeout(done, 30));
    await outbound.close();
    expect(await call).toBeInstanceOf(ProviderUnavailableError);
  });
});

test("connections are kept for the next call", async () => {
  const provider = await startProvider((_, response) => json(response, {}));
  const { client } = makeClient(provider.url);
  for (let n = 0; n < 10; n++) await client.get("/x");
  expect(provider.connections()).toBeLessThanOrEqual(2);
});

describe("statuses", () => {
  const answering = async (status: number, body: unknown, options = {}) => {
    const provider = await startProvider((_, response) => json(response, body, {}, status));
    return makeClient(provider.url, options).client;
  };

  test.each([
    [400, {}, "PROVIDER_REQUEST"],
    [401, {}, "PROVIDER_AUTH"],
    [403, {}, "PROVIDER_SCOPE"],
    [404, {}, "PROVIDER_NOT_FOUND"],
    [409, {}, "PROVIDER_REQUEST"],
    [410, {}, "PROVIDER_REQUEST"],
    [422, {}, "PROVIDER_REQUEST"],
    [429, {}, "PROVIDER_RATE_LIMIT"],
    [500, {}, "PROVIDER_UNAVAILABLE"],
    [304, {}, "PROVIDER_RESPONSE"],
    [400, { error: "invalid_grant" }, "PROVIDER_AUTH"],
    [400, { error: "temporarily_unavailable" }, "PROVIDER_REQUEST"],
  ])("%i %j becomes %s", async (status, body, code) => {
    const client = await answering(status, body);
    await expect(client.get("/x")).rejects.toMatchObject({ code, status });
  });

  test("mapError has the word before the status, and sees the parsed body", async () => {
    const client = await answering(
      400,
      { code: "gone" },
      {
        mapError: ({ status, body }: { status: number; body: unknown }) =>
          (body as { code: string }).code === "gone" ? new ProviderNotFoundError("It is gone.", { status }) : null,
      },
    );
    await expect(client.get("/x")).rejects.toMatchObject({ code: "PROVIDER_NOT_FOUND", message: "It is gone." });
  });

  test("an allowed status is an answer, JSON or not, and mapError is not asked", async () => {
    const client = await answering(404, { code: "none" }, { mapError: () => new ProviderRequestError("no") });
    expect(await client.get("/x", { allow: [404] })).toMatchObject({ status: 404, body: { code: "none" } });
    const provider = await startProvider((_, response) => void response.writeHead(404).end("<html>"));
    expect((await makeClient(provider.url).client.get("/x", { allow: [404] })).body).toBe("<html>");
  });

  test("a huge or broken error page does not hide its status", async () => {
    const provider = await startProvider(
      (_, response) => void response.writeHead(404, { "content-encoding": "gzip" }).end(Buffer.alloc(500_000)),
    );
    await expect(makeClient(provider.url).client.get("/x")).rejects.toMatchObject({ code: "PROVIDER_NOT_FOUND" });
  });
});
