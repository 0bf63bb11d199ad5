import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { acceptsGzip } from "./compress.ts";
import { send } from "./request.ts";

const require = createRequire(import.meta.url);
const web = join(import.meta.dirname, "../../web");

/** Every file we serve, and where it is: ours in web/, others in their packages. Nothing else can be asked for. */
const files: Record<string, () => string> = {
  "icon.svg": () => join(web, "icon.svg"),
  "pages.css": () => join(web, "pages.css"),
  "graphiql-page.css": () => join(web, "graphiql.css"),
  "graphiql-page.js": () => join(web, "graphiql.js"),
  "graphiql-tabs.js": () => join(web, "graphiql-tabs.js"),
  "graphiql-storage.js": () => join(web, "graphiql-storage.js"),
  "graphiql-editors.js": () => join(web, "graphiql-editors.js"),
  "graphiql.js": () => inPackage("graphiql", "graphiql.min.js"),
  "graphiql.css": () => inPackage("graphiql", "graphiql.min.css"),
  // GraphiQL's bundle is made for React 18, the last with builds for script elements. The console brings its own React.
  "react.js": () => inPackage("react-18", "umd/react.production.min.js"),
  "react-dom.js": () => inPackage("react-dom-18", "umd/react-dom.production.min.js"),
  "graphql-ws.js": () => inPackage("graphql-ws", "umd/graphql-ws.min.js"),
};

const types: Record<string, string> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

interface Asset {
  body: Buffer;
  zipped: Promise<Buffer>;
  version: string;
}

const loaded = new Map<string, Asset>();

/** `/assets/<hash of its content>/<name>`: kept by browsers permanently, and never stale. */
export function assetPath(name: string): string {
  return `/assets/${load(name).version}/${name}`;
}

/** web/graphiql.html with `{{name}}` turned into the paths of assets. */
export function graphiqlPage(): string {
  return readFileSync(join(web, "graphiql.html"), "utf8").replace(/\{\{([\w.-]+)\}\}/g, (_, name) => assetPath(name));
}

export async function serveAsset(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  const [, version, name] = /^\/assets\/([0-9a-f]+)\/([\w.-]+)$/.exec(path) ?? [];
  if (!name || !Object.hasOwn(files, name)) return send(response, 404, {});
  const asset = load(name);
  // An older page may still ask for an older version: it gets the one there is, uncached.
  const caching = version === asset.version ? "public, max-age=31536000, immutable" : "no-store";
  await sendFile(request, response, { name, caching, body: asset.body, zipped: asset.zipped });
}

/** One file with its type, compressed for those who take it. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { name, caching, body, zipped }: { name: string; caching: string; body: Buffer; zipped: Promise<Buffer> },
): Promise<void> {
  const headers = {
    "content-type": types[name.split(".").at(-1)!] ?? "application/octet-stream",
    "cache-control": caching,
    vary: "accept-encoding",
  };
  if (!acceptsGzip(request)) return send(response, 200, headers, body);
  send(response, 200, { ...headers, "content-encoding": "gzip" }, await zipped);
}

function load(name: string): Asset {
  const known = loaded.get(name);
  if (known) return known;
  const body = readFileSync(files[name]!());
  const asset = {
    body,
    version: createHash("sha256").update(body).digest("hex").slice(0, 16),
    zipped: promisify(gzip)(body, { level: 6 }),
  };
  loaded.set(name, asset);
  return asset;
}

function inPackage(name: string, file: string): string {
  return join(dirname(require.resolve(`${name}/package.json`)), file);
}
