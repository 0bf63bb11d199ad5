import { request as httpRequest } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { maxInputNesting } from "#src/platform/json.ts";
import { startTestServer, type TestServer } from "./fixture.ts";

let server: TestServer;
let secret: string;
beforeAll(async () => {
  // The answer that is compressed below comes of a long argument.
  server = await startTestServer({ limits: { textLength: 100_000 } });
  ({ secret } = await server.token());
});
afterAll(() => server.close());

const signedIn = () => ({ authorization: `Bearer ${secret}`, "content-type": "application/json" });
const post = (body: string | object, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { ...signedIn(), ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
/** Six characters: a backslash, u and four zeros. */
const sixCharacters = "\\u0000";
const mark = "\ufeff";

describe("the escape of U+0000 as a text", () => {
  const query = "query ($n: String) { hello(name: $n) }";
  test.each(["application/json", "application/json; way=long"])("is a text like any other by %s", async (type) => {
    const answer = await post({ query, variables: { n: sixCharacters } }, { "content-type": type });
    expect(await answer.json()).toMatchObject({ data: { hello: `Hello ${sixCharacters}` } });
  });

  test("U+0000 itself stays refused, also as part of a key", async () => {
    for (const variables of [{ n: "a\0b" }, { n: "a", other: { "\0": 1 } }, { n: "a", other: ["\0"] }]) {
      const answer = await post({ query, variables });
      expect((await answer.json()).errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
    }
  });
});

describe("a byte order mark before JSON", () => {
  test("is left out of a body, whichever way it is answered", async () => {
    for (const type of ["application/json", "application/json; way=long"]) {
      const answer = await post(`${mark}{"query":"{ hello }"}`, { "content-type": type });
      expect({ status: answer.status, body: await answer.json() }).toMatchObject({
        status: 200,
        body: { data: { hello: "Hello world" } },
      });
    }
  });

  test("is left out of a parameter of a GET", async () => {
    const query = encodeURIComponent("query ($n: String) { hello(name: $n) }");
    const variables = encodeURIComponent(`${mark}{"n":"Ada"}`);
    for (const accept of ["application/json", "text/event-stream"]) {
      const answer = await fetch(`${server.url}/graphql?query=${query}&variables=${variables}`, {
        headers: { ...signedIn(), accept },
      });
      expect(await answer.text()).toContain("Hello Ada");
    }
  });
});

describe("a hash without its document", () => {
  const extensions = { persistedQuery: { version: 1, sha256Hash: "2cc8c9f1b2f4a6ea0b3ef6e1e2f7d3a1" } };
  const refusal = {
    errors: [{ message: "PersistedQueryNotSupported", extensions: { code: "PERSISTED_QUERY_NOT_SUPPORTED" } }],
  };

  test("is refused in words upon which clients send the document", async () => {
    for (const accept of ["application/json", "application/graphql-response+json", "text/event-stream, */*"])
      for (const body of [
        { extensions },
        { extensions, variables: {}, operationName: "Q" },
        { query: "", extensions },
      ]) {
        const answer = await post(body, { accept });
        expect(answer.status).toBe(200);
        expect(await answer.json()).toEqual(refusal);
      }
    const get = await fetch(`${server.url}/graphql?extensions=${encodeURIComponent(JSON.stringify(extensions))}`, {
      headers: signedIn(),
    });
    expect([get.status, await get.json()]).toEqual([200, refusal]);
  });

  test("with its document is answered", async () => {
    expect(await (await post({ query: "{ hello }", extensions })).json()).toMatchObject({
      data: { hello: "Hello world" },
    });
  });
});

describe("an Accept header that names event streams", () => {
  const typeOf = async (query: string, accept: string) => {
    const answer = await post({ query }, { accept });
    await answer.text();
    return answer.headers.get("content-type")?.split(";")[0];
  };

  test.each([
    ["text/event-stream, */*", "application/json"],
    ["text/event-stream,application/*;q=0.5", "application/json"],
    ["text/event-stream, application/json", "application/json"],
    ["text/event-stream, Application/JSON", "application/json"],
    ["text/event-stream", "text/event-stream"],
    ["text/event-stream, */*;q=0", "text/event-stream"],
    ["text/event-stream;q=0, */*", "application/json"],
  ])("%s: a query is answered as %s", async (accept, type) => {
    expect(await typeOf("{ hello }", accept)).toBe(type);
  });

  test("a subscription is answered as a stream whatever else is accepted", async () => {
    expect(await typeOf("subscription { count(to: 1) }", "text/event-stream, */*")).toBe("text/event-stream");
  });
});

test("input that is nested some thousand levels deep is refused for that operation", async () => {
  const deep = "[".repeat(6_000) + "]".repeat(6_000);
  const refusal = [{ extensions: { code: "QUERY_TOO_COMPLEX", limit: "nesting", allowed: maxInputNesting } }];
  for (const type of ["application/json", "application/json; way=long"]) {
    const body = `{"query":"query ($n: String) { hello(name: $n) }","variables":{"n":"x","d":${deep}}}`;
    expect((await (await post(body, { "content-type": type })).json()).errors).toMatchObject(refusal);
  }
  const literal = `{ hello(name: ${"[".repeat(1_500)}${"]".repeat(1_500)}) }`;
  expect((await (await post({ query: literal })).json()).errors).toMatchObject(refusal);
  const allowed = "[".repeat(maxInputNesting) + "]".repeat(maxInputNesting);
  expect(await (await post(`{"query":"{ hello }","variables":{"d":${allowed}}}`)).json()).toMatchObject({
    data: { hello: "Hello world" },
  });
  const selections = await post({ query: `${"{ a ".repeat(1_300)}${"}".repeat(1_300)}` });
  expect((await selections.json()).errors).toMatchObject([{ extensions: { code: "QUERY_TOO_COMPLEX" } }]);
});

test("a variable that is left out weighs as its default, also after one that is null", async () => {
  const query = "query ($n: Int = 500) { users(first: $n) { totalCount } }";
  expect(await (await post({ query, variables: { n: null } })).json()).toMatchObject({ data: { users: {} } });
  expect((await (await post({ query })).json()).errors).toMatchObject([
    { extensions: { code: "BAD_USER_INPUT", argument: "first", asked: 500 } },
  ]);
});

describe("pages of other sites", () => {
  const preflight = (path: string, asked: string) =>
    fetch(`${server.url}${path}`, {
      method: "OPTIONS",
      headers: {
        origin: "https://app.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": asked,
      },
    });

  test("may send headers of their own, but none that proves a request to be ours", async () => {
    const { status, headers } = await preflight(
      "/graphql",
      "Authorization,content-type,x-request-id, apollographql-client-name,x-gatehouse-csrf,graphql-preflight,bad header",
    );
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-headers")).toBe(
      "authorization, content-type, accept, x-request-id, apollographql-client-name",
    );
  });

  test("may read the schema with a token, and the refusal without one", async () => {
    expect((await preflight("/schema.graphql", "authorization")).headers.get("access-control-allow-methods")).toBe(
      "GET",
    );
    const refused = await fetch(`${server.url}/schema.graphql`, { headers: { origin: "https://app.example" } });
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, "*"]);
    const schema = await fetch(`${server.url}/schema.graphql`, { headers: signedIn() });
    expect(schema.headers.get("access-control-allow-origin")).toBe("*");
    expect(schema.headers.get("content-disposition")).toBe('inline; filename="schema.graphql"');
    expect(await schema.text()).toContain("type Query");
  });
});

describe("large answers", () => {
  /** As it comes over the wire: fetch unpacks by itself. */
  const raw = (body: object, headers: Record<string, string>) =>
    new Promise<{ encoding: string | undefined; vary: string | undefined; bytes: Buffer }>((resolve, reject) => {
      const asked = httpRequest(`${server.url}/graphql`, { method: "POST", headers: { ...signedIn(), ...headers } });
      asked.once("error", reject);
      asked.once("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => {
          const { "content-encoding": encoding, vary } = response.headers;
          resolve({ encoding, vary, bytes: Buffer.concat(chunks) });
        });
      });
      asked.end(JSON.stringify(body));
    });
  const large = { query: "query ($n: String) { hello(name: $n) }", variables: { n: "Zoë ".repeat(10_000) } };

  test("are compressed for whoever takes it, whichever way they are made", async () => {
    for (const type of ["application/json", "application/json; way=long"]) {
      const packed = await raw(large, { "accept-encoding": "br, gzip", "content-type": type });
      const plain = await raw(large, { "accept-encoding": "gzip;q=0, *;q=0.0", "content-type": type });
      expect([packed.encoding, packed.vary]).toEqual(["gzip", "accept-encoding"]);
      expect([plain.encoding, plain.vary]).toEqual([undefined, "accept-encoding"]);
      expect(packed.bytes.length * 10).toBeLessThan(plain.bytes.length);
      expect(gunzipSync(packed.bytes).equals(plain.bytes)).toBe(true);
    }
  });

  test("are not compressed unasked, nor are small ones or event streams", async () => {
    expect((await raw(large, {})).encoding).toBeUndefined();
    expect((await raw({ query: "{ hello }" }, { "accept-encoding": "gzip" })).encoding).toBeUndefined();
    const stream = await raw(large, { "accept-encoding": "gzip", accept: "text/event-stream" });
    expect(stream.encoding).toBeUndefined();
  });
});
