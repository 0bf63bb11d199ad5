import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** A file of an optional npm package; null when it is not installed. */
export function packagedFile(path: string): string | null {
  try {
    return require.resolve(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}
