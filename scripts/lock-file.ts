/** What package-lock.json may bring onto a machine. Looks at the file only. */

export interface LockedPackage {
  version?: string;
  resolved?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  link?: boolean;
}

export interface Lock {
  packages: Readonly<Record<string, LockedPackage>>;
}

/** Where packages come from. npm leaves the address out of the file for its own registry. */
const registry = "https://registry.npmjs.org";

/**
 * Problems of a lock file, one a line: a package from elsewhere than the public registry, one without a checksum, and one with an install
 * script that `known` (the names under `allowScripts` in package.json) does not decide on.
 */
export function lockProblems({ packages }: Lock, known: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(packages).flatMap(([path, { resolved, integrity, hasInstallScript, link }]) => {
    if (path === "") return [];
    const problems: string[] = [];
    if (link || !path.includes("node_modules/")) problems.push(`${path} is a link, not a package of the registry`);
    else if (resolved !== undefined && URL.parse(resolved)?.origin !== registry)
      problems.push(`${path} comes from ${resolved}`);
    else if (!integrity?.startsWith("sha512-")) problems.push(`${path} has no SHA-512 checksum`);
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    if (hasInstallScript && !Object.hasOwn(known, name))
      problems.push(`${path} has an install script, and allowScripts in package.json does not name it`);
    return problems;
  });
}
