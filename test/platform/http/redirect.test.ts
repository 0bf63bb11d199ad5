import { expect, test } from "vitest";
import { json, makeClient, startProvider } from "./provider.ts";

const sign = () => ({ headers: { authorization: "Bearer canary-credential" } });

test.each([
  "https://evil.com/x",
  "https://other.example.com/x",
  "https://evil.com/?x=api.example.com",
  "https://api.example.com@evil.com/",
  "https://user@api.example.com/",
  "http://api.example.com/x",
  "https://api.example.com:444/x",
  "https://127.0.0.1/",
  "https://2130706433/",
  "https://169.254.169.254/latest/meta-data",
  "https://[::1]/",
  "https://[::ffff:127.0.0.1]/",
  "//evil.com/x",
  "ftp://api.example.com/",
  "https://",
])("a redirect to %s is refused, and nothing more is sent", async (location) => {
  const provider = await startProvider((_, response) => void response.writeHead(302, { location }).end());
  const { client } = makeClient(provider.url, { sign, hosts: ["api.example.com", "other.example.com"] });
  await expect(client.get("/x")).rejects.toMatchObject({ name: "ProviderResponseError", path: "Location" });
  expect(provider.seen).toHaveLength(1);
});

test("a redirect to another local port gets no connection, although the sandbox is local too", async () => {
  const inside = await startProvider((_, response) => json(response, {}));
  const provider = await startProvider(
    (_, response) => void response.writeHead(307, { location: `${inside.url}/api.example.com/x` }).end(),
  );
  const { client } = makeClient(provider.url, { sign });
  await expect(client.post("/x", { json: { a: 1 } })).rejects.toMatchObject({ path: "Location" });
  expect(inside.connections()).toBe(0);
});

test.each([
  [301, "POST", "GET", ""],
  [302, "POST", "GET", ""],
  [303, "POST", "GET", ""],
  [303, "PUT", "GET", ""],
  [302, "PUT", "PUT", '{"a":1}'],
  [307, "POST", "POST", '{"a":1}'],
  [308, "POST", "POST", '{"a":1}'],
  [302, "GET", "GET", ""],
] as const)("a %i after %s goes on as %s", async (status, method, then, body) => {
  const provider = await startProvider(({ url }, response) => {
    if (url.endsWith("/old")) response.writeHead(status, { location: "/new?x=1" }).end("moved");
    else json(response, { ok: true });
  });
  const { client } = makeClient(provider.url, { sign });
  const answer = await client.request({ method, url: "/old", ...(method === "GET" ? {} : { json: { a: 1 } }) });
  expect(answer).toMatchObject({ body: { ok: true }, url: "https://api.example.com/new?x=1" });
  expect(provider.seen[1]).toMatchObject({ method: then, body });
  expect(provider.seen[1]?.headers.authorization).toBe("Bearer canary-credential");
  expect(provider.seen[1]?.headers["content-type"]).toBe(body ? "application/json" : undefined);
});

test("the sixth redirect is one too many", async () => {
  const provider = await startProvider(
    (_, response, nth) => void response.writeHead(302, { location: `/${nth}` }).end(),
  );
  const { client } = makeClient(provider.url);
  await expect(client.get("/0")).rejects.toMatchObject({ path: "Location" });
  expect(provider.seen).toHaveLength(6);
});

test("a redirect the caller asked to see is returned", async () => {
  const provider = await startProvider(
    (_, response) => void response.writeHead(302, { location: "https://files.example.net/x" }).end(),
  );
  const { client } = makeClient(provider.url);
  const answer = await client.get("/x", { allow: [302] });
  expect([answer.status, answer.headers.get("location")]).toEqual([302, "https://files.example.net/x"]);
});
