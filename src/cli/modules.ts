import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { enableCompileCache, registerHooks } from "node:module";
import { join } from "node:path";
import type { Config } from "#src/config.ts";
import { makeDataDirectory } from "#src/platform/data-directory.ts";

/** From the root to the folder of the package that a file belongs to. */
const packageFolder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+\//;

/**
 * Remembers where imports lead. Node reads and parses the package.json of a package again for every module of it and for every import
 * that names it: with some hundred modules, and packages whose package.json is larger than most modules, that is half a second.
 */
export function rememberImports(): void {
  const named = new Map<string, ReturnType<Parameters<typeof registerHooks>[0]["resolve"] & {}>>();
  /** Of the `.js` files of a folder: the package.json that decides it lies in the folder or above. */
  const formats = new Map<string, string>();
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const { parentURL = "", conditions } = context;
      if (!conditions.includes("import")) return nextResolve(specifier, context);
      const home = packageFolder.exec(parentURL)?.[0] ?? "";
      if (/^[@a-z]/i.test(specifier) && !specifier.includes(":")) {
        const name = `${home} ${specifier}`;
        const found = named.get(name) ?? nextResolve(specifier, context);
        named.set(name, found);
        return { ...found, shortCircuit: true };
      }
      if (home === "" || !/^\.\.?\/.*\.js$/.test(specifier)) return nextResolve(specifier, context);
      const { href } = new URL(specifier, parentURL);
      const folder = href.slice(0, href.lastIndexOf("/"));
      const format = formats.get(folder);
      if (format !== undefined) return { url: href, format, shortCircuit: true };
      const found = nextResolve(specifier, context);
      if (found.url === href && found.format) formats.set(folder, found.format);
      return found;
    },
  });
}

/** Keeps what the engine has compiled in the data directory, for the next start. Without a data directory of our own nothing is kept. */
export function keepCompiled({ dataDirectory, databaseUrl }: Config): void {
  if (databaseUrl !== null && !existsSync(dataDirectory)) return;
  try {
    const folder = makeDataDirectory(dataDirectory);
    // It is run as it lies there: nobody else may have put it there.
    if (statSync(folder).uid === process.getuid?.()) enableCompileCache(ownFolder(join(folder, "compiled")));
  } catch {
    // The code that needs the folder reports what is wrong with it.
  }
}

/** Whatever the umask is, nobody else may write there; what lies in a folder where others could may be theirs. */
function ownFolder(path: string): string {
  if (existsSync(path) && (statSync(path).mode & 0o077) !== 0) rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}
