import { parse } from "graphql";
import { expect, test } from "vitest";
import { createDocumentCache } from "#src/server/documents.ts";

const query = (n: number, fields = 10) => `{ ${Array.from({ length: fields }, (_, k) => `f${n}_${k}`).join(" ")} }`;
const keep = (cache: ReturnType<typeof createDocumentCache>, text: string) => cache.keep(text, parse(text));

test("documents are kept up to so many bytes, and the oldest go first", () => {
  const cache = createDocumentCache(1024 * 1024);
  for (let n = 0; n < 1_000; n += 1) keep(cache, query(n));
  expect(cache.bytes).toBeLessThanOrEqual(1024 * 1024);
  expect(cache.get(query(0))).toBeUndefined();
  expect(cache.get(query(999))).toBeDefined();
});

test("documents in use outlast those that come once", () => {
  const cache = createDocumentCache(1024 * 1024);
  keep(cache, query(0));
  for (let n = 1; n < 1_000; n += 1) {
    keep(cache, query(n));
    expect(cache.get(query(0))).toBeDefined();
  }
});

test("a document that would take a large part of the room is not kept", () => {
  const cache = createDocumentCache(1024 * 1024);
  keep(cache, query(0));
  keep(cache, query(1, 1_000));
  expect(cache.get(query(1, 1_000))).toBeUndefined();
  expect(cache.get(query(0))).toBeDefined();
});
