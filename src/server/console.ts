import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import sections from "../../web/console/sections.json" with { type: "json" };
import { assetPath, sendFile } from "./assets.ts";
import { send } from "./request.ts";

/** What `npm run build` has made of web/console. */
const dist = join(import.meta.dirname, "../../web/dist");

/** Radix adds one style element, with this nonce; every other style and script is a file of ours. */
export function consolePolicy(nonce: string): string {
  return (
    `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; ` +
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
  );
}

/** Whether a path is a page of the console: the first part is one of its sections. The rest is for its own router. */
export function isConsolePath(pathname: string): boolean {
  const found = /^\/(?:([a-z-]+)(?:\/[\w.~%=-]+)*\/?)?$/.exec(pathname);
  return found !== null && sections.includes(found[1] ?? "");
}

interface Built {
  html: string;
  files: Map<string, { body: Buffer; zipped: Promise<Buffer> | null }>;
}

let built: Built | null = null;

/** The one page of the console. Null if it has not been built. */
export function consolePage(nonce: string): string | null {
  return load()?.html.replaceAll("{{nonce}}", nonce).replaceAll("{{icon}}", assetPath("icon.svg")) ?? null;
}

/** `/assets/console/<name with the hash of its content>`: kept by browsers permanently. */
export async function serveConsoleFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const name = path.slice("/assets/console/".length);
  const file = load()?.files.get(name);
  if (!file) return send(response, 404, { "cache-control": "no-store" });
  file.zipped ??= promisify(gzip)(file.body, { level: 9 });
  const caching = "public, max-age=31536000, immutable";
  await sendFile(request, response, { name, caching, body: file.body, zipped: file.zipped });
}

function load(): Built | null {
  if (built) return built;
  const page = join(dist, "index.html");
  if (!existsSync(page)) return null;
  const names = readdirSync(dist).filter((name) => /\.(js|css|svg|woff2)$/.test(name));
  built = {
    html: readFileSync(page, "utf8"),
    files: new Map(names.map((name) => [name, { body: readFileSync(join(dist, name)), zipped: null }])),
  };
  return built;
}
