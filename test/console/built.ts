import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const root = join(import.meta.dirname, "../..");
const dist = join(root, "web/dist");

/** Builds the console if one of its files is newer than what was built: a test of yesterday's console would show nothing. */
export function buildIfOlder(): void {
  const files = globSync(["web/console/**/*.{ts,tsx,css,html,graphql,json}", "schema.graphql"], { cwd: root });
  const changed = files
    .filter((file) => !file.includes("__generated__"))
    .map((file) => statSync(join(root, file)).mtimeMs);
  const manifest = join(dist, "manifest.json");
  if (existsSync(manifest) && Math.max(...changed) < statSync(manifest).mtimeMs) return;
  const { status, stderr } = spawnSync(process.execPath, ["web/console/build.ts"], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

interface Chunk {
  file: string;
  imports?: string[];
  css?: string[];
}

/** Bytes that a browser loads, gzipped as they are served: at first, and for each page on top. */
export function measure(): { first: number; pages: Map<string, number> } {
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
  return {
    first: sizeOf(first),
    pages: new Map(pages.map((page) => [page, sizeOf([...filesOf(page)].filter((file) => !first.has(file)))])),
  };
}

function sizeOf(files: Iterable<string>): number {
  return [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0);
}
