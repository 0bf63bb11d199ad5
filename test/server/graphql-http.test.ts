import { auditServer, serverAudits } from "graphql-http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "./fixture.ts";

let server: TestServer;
let secret: string;
beforeAll(async () => {
  server = await startTestServer();
  ({ secret } = await server.token());
});
afterAll(() => server.close());

/** The audits send no token; ours is added on the way. */
const fetchFn = (url: string, init: RequestInit = {}) =>
  fetch(url, { ...init, headers: { ...(init.headers as object), authorization: `Bearer ${secret}` } });
const url = () => `${server.url}/graphql`;

describe("GraphQL over HTTP, as the specification's audits have it", () => {
  for (const audit of serverAudits({ url, fetchFn }))
    test(`${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();
      if (result.status === "ok") return;
      expect(`${result.status}: ${result.reason}`).toBe("ok");
    });
});

test("every MUST, SHOULD and MAY passes in one run too", async () => {
  const results = await auditServer({ url, fetchFn });
  const rest = results.filter((result) => result.status !== "ok").map((result) => `${result.id} ${result.name}`);
  expect(rest).toEqual([]);
});

test("without a token every request is 401 with UNAUTHENTICATED, in the media type asked for", async () => {
  for (const accept of ["application/json", "application/graphql-response+json", "text/event-stream"]) {
    const response = await fetch(url(), {
      method: "POST",
      headers: { "content-type": "application/json", accept },
      body: '{"query":"{ __schema { types { name } } }"}',
    });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
    const json = accept === "text/event-stream" ? "application/json" : accept;
    expect(response.headers.get("content-type")).toContain(json);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
  }
  expect((await fetch(`${url()}?query={__typename}`)).status).toBe(401);
});
