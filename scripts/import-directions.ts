// Imports point down, never up or sideways: main -> app -> { schema, jobs } -> domain -> { db, connectors -> http }.
// Walks every import of the source and says which ones do not.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";

export interface Import {
  /** Path of the importing file, from the root: `src/scan/run.ts`. */
  from: string;
  /** Path of the imported file from the root, or the package name. */
  to: string;
  typeOnly: boolean;
}

interface Layer {
  /** Decides by path; the first layer that has a file owns it. */
  has: (file: string) => boolean;
  /** Layers it may import, itself included where neighbours may meet. */
  imports: string[];
  /** Packages it may not import. */
  without?: RegExp;
}

const database = /^(drizzle-orm|drizzle-kit|postgres|pg|pg-boss)(\/|$)/;
const graphql = /^(graphql|graphql-.*|@pothos\/.*|@graphql-.*|dataloader)(\/|$)/;
const databaseOrGraphql = new RegExp(`${database.source}|${graphql.source}`);

const layers: Record<string, Layer> = {
  sandbox: { has: (f) => f.startsWith("sandbox/"), imports: ["sandbox"] },
  web: { has: (f) => f.startsWith("web/"), imports: ["web"] },
  test: { has: (f) => f.startsWith("test/") || f.startsWith("scripts/") || !f.includes("/"), imports: ["*"] },
  main: {
    has: (f) => /^src\/(main\.ts|cli\/)/.test(f),
    imports: [
      "main",
      "app",
      "schema",
      "jobs",
      "execute",
      "domain",
      "postgres",
      "connectors",
      "http",
      "db",
      "config",
      "base",
    ],
  },
  app: {
    has: (f) => /^src\/(app|server)\.ts$|^src\/server\//.test(f),
    imports: ["app", "schema", "jobs", "execute", "domain", "connectors", "http", "db", "base"],
  },
  schema: { has: (f) => f.startsWith("schema/"), imports: ["schema", "execute", "domain", "connectors", "db", "base"] },
  jobs: {
    has: (f) => f.startsWith("jobs/"),
    imports: ["jobs", "domain", "connectors", "db", "base"],
    without: graphql,
  },
  db: { has: (f) => f.startsWith("db/"), imports: ["db", "base"], without: graphql },
  connectors: {
    has: (f) => f.startsWith("src/connectors/"),
    imports: ["connectors", "http", "base"],
    without: databaseOrGraphql,
  },
  http: { has: (f) => f.startsWith("src/http/"), imports: ["http", "base"], without: databaseOrGraphql },
  // Runs operations for the doors: knows GraphQL, and nothing of what it serves.
  execute: { has: (f) => f.startsWith("src/execute/"), imports: ["execute", "base"], without: database },
  postgres: { has: (f) => f.startsWith("src/postgres/"), imports: ["postgres", "base"], without: graphql },
  config: {
    has: (f) => /^src\/(config|secret-keys)\.ts$/.test(f),
    imports: ["config", "base"],
    without: databaseOrGraphql,
  },
  base: {
    has: (f) => /^src\/(data-directory|errors|json|log|text|version)\.ts$/.test(f),
    imports: ["base"],
    without: databaseOrGraphql,
  },
  domain: {
    has: (f) => f.startsWith("src/"),
    imports: ["domain", "connectors", "http", "db", "base"],
    without: graphql,
  },
};

/** What is not a package: `graphql/jsutils/inspect.js` is one, `src/scan/run.ts` and `package.json` are not. */
const ours = /^(src|schema|db|jobs|sandbox|web|test|scripts|bench|bin)\/|^[\w-]+\.(ts|json)$/;

/** Files whose types anybody may name: the configuration, and what a connector declares. */
const contracts = ["src/config.ts", "src/connectors/connector.ts"];

/** Every import that breaks a rule, as one readable line each; empty when all is well. */
export function findWrongImports(root: string): string[] {
  const wrong: string[] = [];
  for (const file of sourceFiles(root)) {
    const source = withoutComments(readFileSync(join(root, file), "utf8"));
    for (const found of importsOf(file, source)) {
      const reason = whyWrong(found);
      if (reason) wrong.push(`${file} imports ${found.to}: ${reason}`);
    }
    if (!mayReadEnvironment(file) && /\bprocess\.env\b/.test(source)) {
      wrong.push(`${file} reads process.env: only src/main.ts does, through loadConfig`);
    }
  }
  return wrong;
}

export function whyWrong({ from, to, typeOnly }: Import): string | null {
  const layer = layerOf(from);
  const rules = layers[layer];
  if (!rules || layer === "test") return null;
  const isPackage = !ours.test(to);
  if (isPackage) return rules.without?.test(to) ? `${layer} knows no database and no GraphQL it does not own` : null;
  // Data may be read from anywhere: package.json, a table beside its reader.
  if (to.endsWith(".json")) return null;
  const target = layerOf(to);
  if (typeOnly && contracts.includes(to)) return null;
  if (!rules.imports.includes(target)) return `${layer} may import ${rules.imports.join(", ")}, not ${target}`;
  if (target === "connectors") return whyWrongConnector(from, to, layer);
  return null;
}

/** A provider is named only in its folder and its line of the list. */
function whyWrongConnector(from: string, to: string, layer: string): string | null {
  const provider = providerOf(to);
  if (!provider) return null;
  if (layer !== "connectors") return "outside src/connectors a provider is known only through src/connectors/index.ts";
  if (from === "src/connectors/index.ts" || providerOf(from) === provider) return null;
  return "a provider's folder is imported only by the list of connectors";
}

/** `src/connectors/okta/map.ts` -> `okta`; null for the files all connectors share. */
function providerOf(file: string): string | null {
  return /^src\/connectors\/([^/]+)\//.exec(file)?.[1] ?? null;
}

function layerOf(file: string): string {
  return Object.entries(layers).find(([, layer]) => layer.has(file))?.[0] ?? "domain";
}

function mayReadEnvironment(file: string): boolean {
  return file === "src/main.ts" || !/^(src|schema|jobs|db)\//.test(file);
}

function sourceFiles(root: string): string[] {
  return globSync("{src,schema,db,jobs,sandbox,web,test,scripts}/**/*.{ts,tsx,js,mjs}", { cwd: root })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => !file.includes("node_modules/") && !file.includes("__generated__/"))
    .sort();
}

function importsOf(from: string, source: string): Import[] {
  const statement = /\b(import|export)\s+(type\s+)?(?:[\w*\s{},$]+?\s+from\s+)?["']([^"'\n]+)["']/g;
  const call = /\bimport\(\s*["']([^"'\n]+)["']/g;
  const found: Import[] = [];
  for (const [, , type, to] of source.matchAll(statement))
    found.push({ from, to: locate(from, to!), typeOnly: !!type });
  for (const [, to] of source.matchAll(call)) found.push({ from, to: locate(from, to!), typeOnly: false });
  return found;
}

/** `#db/client.ts` and `../db/client.ts` are both `db/client.ts`; packages keep their name. */
function locate(from: string, to: string): string {
  if (to.startsWith("#")) return normalize(to.slice(1));
  if (to.startsWith(".")) return normalize(join(dirname(from), to)).replaceAll("\\", "/");
  return to;
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`])\/\/[^\n]*/g, "$1");
}

if (process.argv[1] === import.meta.filename) {
  const wrong = findWrongImports(resolve(import.meta.dirname, ".."));
  for (const line of wrong) console.error(line);
  process.exit(wrong.length > 0 ? 1 : 0);
}
