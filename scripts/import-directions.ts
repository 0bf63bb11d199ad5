// Imports point down (scripts/floors.ts), and no circle is left between files, those of types included. Walks every import of the source and
// says which ones break a rule.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";
import { floors, placeOf } from "./floors.ts";

export interface Import {
  /** Path of the importing file, from the root: `src/ingest/scan/run.ts`. */
  from: string;
  /** Path of the imported file from the root, or the package name. */
  to: string;
}

/** What is not a package: `graphql/jsutils/inspect.js` is one, `src/app.ts` and `package.json` are not. */
const ours = /^(src|schema|db|jobs|sandbox|web|test|scripts|bench|bin)\/|^[\w-]+\.(ts|json)$/;

/** Every import that breaks a rule, and every circle, as one readable line each; empty when all is well. */
export function findWrongImports(root: string): string[] {
  const wrong: string[] = [];
  const graph = new Map<string, string[]>();
  for (const file of sourceFiles(root)) {
    const source = withoutComments(readFileSync(join(root, file), "utf8"));
    const imports = importsOf(file, source);
    graph.set(file, imports);
    for (const to of imports) {
      const reason = whyWrong({ from: file, to });
      if (reason) wrong.push(`${file} imports ${to}: ${reason}`);
    }
    if (!mayReadEnvironment(file) && /\bprocess\.env\b/.test(source)) {
      wrong.push(`${file} reads process.env: only src/main.ts does, through loadConfig`);
    }
  }
  for (const circle of findCircles(graph))
    wrong.push(`these files import each other in a circle: ${circle.join(", ")}`);
  return wrong;
}

export function whyWrong({ from, to }: Import): string | null {
  // Data may be read from anywhere: package.json, a table beside its reader.
  if (to.endsWith(".json")) return null;
  const top = from.split("/")[0]!;
  if (!from.includes("/") || top === "test" || top === "scripts") return null;
  if (top === "sandbox" || top === "web") {
    return ours.test(to) && !to.startsWith(`${top}/`) ? `${top}/ knows nothing of Gatehouse` : null;
  }
  const here = placeOf(from);
  if (!here) return "its room is on no floor: add it to scripts/floors.ts";
  if (!ours.test(to)) {
    return floors[here.floor]!.without?.test(to) ? `${here.room} may not use this package` : null;
  }
  const there = placeOf(to);
  if (!there) return `${here.room} may not import what is on no floor`;
  if (there.room !== here.room && there.floor >= here.floor) {
    return `${there.room} stands ${there.floor === here.floor ? "beside" : "above"} ${here.room}`;
  }
  return there.room === "src/connectors/" ? whyWrongConnector(from, to) : null;
}

/** A provider is named only in its folder and its line of the list. Folders that start with an underscore are shared by a family of apps. */
function whyWrongConnector(from: string, to: string): string | null {
  const provider = providerOf(to);
  if (provider === null || from === "src/connectors/apps.ts" || providerOf(from) === provider) return null;
  if (placeOf(from)?.room !== "src/connectors/")
    return "outside src/connectors an app is known only through src/connectors/index.ts";
  if (provider.startsWith("_") && !providerOf(from)?.startsWith("_")) return null;
  return "an app's folder is imported only by the list of connectors";
}

/** `src/connectors/crm/map.ts` -> `crm`; null for the list. */
function providerOf(file: string): string | null {
  return /^src\/connectors\/([^/]+)\//.exec(file)?.[1] ?? null;
}

/** Files that reach each other (strongly connected components of more than one file), each sorted by name. */
export function findCircles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    const number = order.size;
    order.set(file, number);
    let low = number;
    open.push(file);
    for (const to of graph.get(file) ?? []) {
      if (!graph.has(to)) continue;
      if (!order.has(to)) low = Math.min(low, visit(to));
      else if (open.includes(to)) low = Math.min(low, order.get(to)!);
    }
    if (low === number) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1) circles.push(circle.sort());
    }
    return low;
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles;
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

function importsOf(from: string, source: string): string[] {
  const statement = /\b(?:import|export)\s+(?:type\s+)?(?:[\w*\s{},$]+?\s+from\s+)?["']([^"'\n]+)["']/g;
  const call = /\bimport\(\s*["']([^"'\n]+)["']/g;
  return [statement, call].flatMap((pattern) => [...source.matchAll(pattern)].map(([, to]) => locate(from, to!)));
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
