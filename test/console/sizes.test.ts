import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
  css?: string[];
}

const dist = join(import.meta.dirname, "../../web/dist");

/** Bytes that a browser loads: scripts and styles, gzipped as they are served. */
function sizeOf(files: Iterable<string>): number {
  return [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0);
}

test("the console loads with at most 200 kB, and each page adds at most 60 kB", () => {
  const manifest = JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8")) as Record<string, Chunk>;
  const filesOf = (name: string, seen = new Set<string>()): Set<string> => {
    const { file, imports = [], css = [] } = manifest[name]!;
    if (seen.has(file)) return seen;
    for (const each of [file, ...css]) seen.add(each);
    for (const each of imports) filesOf(each, seen);
    return seen;
  };
  const first = filesOf("index.html");
  const pages = Object.keys(manifest).filter((name) => name.startsWith("pages/"));
  const sizes = new Map(pages.map((page) => [page, sizeOf([...filesOf(page)].filter((file) => !first.has(file)))]));
  console.log(
    `first load ${sizeOf(first)} bytes; pages ${[...sizes].map(([page, size]) => `${page} ${size}`).join(", ")}`,
  );
  expect(pages.length).toBeGreaterThan(3);
  expect(sizeOf(first)).toBeLessThanOrEqual(200_000);
  for (const [page, size] of sizes) expect(size, page).toBeLessThanOrEqual(60_000);
});
