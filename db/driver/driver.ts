import { readFileSync } from "node:fs";
import { findPackageJSON, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { faults, faultyVersion } from "./faults.ts";

type Driver = typeof import("postgres");

/** Not the version of postgres.js whose faults are known: it would end the process when the database restarts, or commit half a transaction. */
export class DriverError extends Error {
  constructor(found: string) {
    super(
      `The database driver (node_modules/postgres) is ${found}; Gatehouse corrects faults of ${faultyVersion} when it loads it. Run \`npm ci\`.`,
    );
    this.name = "DriverError";
  }
}

/** Marks the corrected copy, so that it is another module than the one that other packages import. */
const mark = "?corrected";

let problem: DriverError | null = null;

/**
 * postgres.js without its faults: corrected while it is loaded, so that nothing in node_modules is changed and no install script is needed.
 * Throws DriverError when it is called and the package is not the one that is known.
 */
const postgres = await load();
export default postgres;

/** Why the driver cannot be used; null when it can. */
export function driverProblem(): string | null {
  return problem?.message ?? null;
}

async function load(): Promise<Driver> {
  const manifest = findPackageJSON("postgres", import.meta.url);
  if (manifest === undefined) return refusing(new DriverError("missing"));
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  if (version !== faultyVersion) return refusing(new DriverError(version));
  const hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      const found = nextResolve(specifier, context);
      const isInside = context.parentURL?.endsWith(mark) && specifier.startsWith(".");
      return isInside ? { ...found, url: found.url + mark } : found;
    },
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      return url.endsWith(mark) ? { ...loaded, source: corrected(url, String(loaded.source)) } : loaded;
    },
  });
  try {
    const entry = new URL("src/index.js", pathToFileURL(manifest));
    return ((await import(/* @vite-ignore */ entry.href + mark)) as { default: Driver }).default;
  } catch (error) {
    if (error instanceof DriverError) return refusing(error);
    throw error;
  } finally {
    hooks.deregister();
  }
}

function corrected(url: string, source: string): string {
  const name = url.slice(url.lastIndexOf("/") + 1, -mark.length);
  return (faults[name] ?? []).reduce((text, [from, to]) => {
    if (text.includes(to)) return text;
    if (text.split(from).length !== 2) throw new DriverError(`${faultyVersion} with another ${name}`);
    return text.replace(from, () => to);
  }, source);
}

function refusing(error: DriverError): Driver {
  problem = error;
  return (() => {
    throw error;
  }) as unknown as Driver;
}
