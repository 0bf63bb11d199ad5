import { describe, expect, test } from "vitest";
import { ProviderResponseError } from "#src/errors.ts";
import { nextTarget } from "#src/platform/http/link.ts";
import { json, makeClient, startProvider } from "./provider.ts";

describe("Link headers", () => {
  test.each([
    ['<https://a.com/2>; rel="next"', "https://a.com/2"],
    ["<https://a.com/2>; rel=next", "https://a.com/2"],
    ['<https://a.com/0>; rel="self", <https://a.com/2>; rel="next"', "https://a.com/2"],
    ['<https://a.com/0>; title="a, b; rel=\\"next\\""; rel=prev, <https://a.com/2>;REL="last NEXT"', "https://a.com/2"],
    ['<https://a.com/x?a=1,2;b>; rel="next"', "https://a.com/x?a=1,2;b"],
    ['<https://a.com/2> ; rel = "next" ; foo', "https://a.com/2"],
    ['<https://a.com/2>; rel="prev"; rel="next"', null],
    ['<https://a.com/2>; rel="next"; anchor="/other"', null],
    ['<https://a.com/2>; rel="nextish"', null],
    ["<https://a.com/2", null],
    ["rubbish", null],
    ["", null],
    [null, null],
  ])("%s leads to %s", (header, target) => {
    expect(nextTarget(header)).toBe(target);
  });

  test("a very long header is read in linear time", () => {
    const startedAt = performance.now();
    nextTarget(`<a>${"; x".repeat(20_000)}`);
    nextTarget("<".repeat(60_000));
    nextTarget(`<a>;${" ".repeat(60_000)}x`);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe("pages", () => {
  test("follows next links to the end, with the headers but without repeating the query", async () => {
    const provider = await startProvider(({ url }, response) => {
      const page = Number(new URL(url).searchParams.get("page") ?? 1);
      json(response, [page], page < 3 ? { link: `<https://api.example.com/logs?page=${page + 1}>; rel="next"` } : {});
    });
    const { client } = makeClient(provider.url);
    const read: unknown[] = [];
    for await (const page of client.pages("/logs", { query: { from: "x" }, headers: { "x-version": "2" } }))
      read.push(page.body);
    expect(read).toEqual([[1], [2], [3]]);
    expect(provider.seen.map((one) => one.url)).toEqual([
      "https://api.example.com/logs?from=x",
      "https://api.example.com/logs?page=2",
      "https://api.example.com/logs?page=3",
    ]);
    expect(provider.seen.every((one) => one.headers["x-version"] === "2")).toBe(true);
  });

  test("several Link headers and relative targets are understood", async () => {
    const provider = await startProvider((_, response) => {
      response.setHeader("link", ['</logs>; rel="self"', '<?after=9>; rel="next"']);
      json(response, []);
    });
    const { client } = makeClient(provider.url);
    expect((await client.get("/logs")).next).toBe("https://api.example.com/logs?after=9");
  });

  test.each([
    "https://evil.com/logs",
    "https://evil.com/?x=api.example.com",
    "https://api.example.com@evil.com/",
    "http://api.example.com/logs",
    "https://other.example.com/logs",
    "https://api.example.com:8443/logs",
    "//evil.com/logs",
    "https://user@api.example.com/logs",
    "https://127.0.0.1/",
    "javascript:x",
  ])("a next link to %s is refused, never taken for the end", async (target) => {
    const provider = await startProvider((_, response) => json(response, [], { link: `<${target}>; rel="next"` }));
    const { client } = makeClient(provider.url, { hosts: ["api.example.com", "other.example.com"] });
    await expect(client.pages("/logs").next()).rejects.toMatchObject({ name: "ProviderResponseError", path: "Link" });
    expect(provider.seen).toHaveLength(1);
  });

  test("a loop ends with an error after its pages were handed out", async () => {
    const provider = await startProvider(({ url }, response) => {
      json(response, [], { link: `<https://api.example.com/logs?page=${url.endsWith("page=1") ? 2 : 1}>; rel="next"` });
    });
    const { client } = makeClient(provider.url);
    const read: string[] = [];
    await expect(
      (async () => {
        for await (const page of client.pages("/logs?page=1")) read.push(page.url);
      })(),
    ).rejects.toBeInstanceOf(ProviderResponseError);
    expect(read).toEqual(["https://api.example.com/logs?page=1", "https://api.example.com/logs?page=2"]);
  });

  test("a caller that stops at an empty page never meets the link to itself", async () => {
    const provider = await startProvider((_, response) =>
      json(response, [], { link: '<https://api.example.com/logs>; rel="next"' }),
    );
    const { client } = makeClient(provider.url);
    for await (const page of client.pages<unknown[]>("/logs")) {
      expect(page.next).toBe("https://api.example.com/logs");
      if (page.body.length === 0) break;
    }
    expect(provider.seen).toHaveLength(1);
  });
});
