import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { InvalidInputError } from "#src/errors.ts";
import { type Network, parseNetwork } from "./address.ts";
import { NetworkMap } from "./network-map.ts";

/** One file of the admin's folder: its name is the tag. */
export interface AddressList {
  tag: string;
  networks: NetworkMap<true>;
  size: number;
  changedAt: Date;
}

/** Wrong lines that are reported for one file. */
const shownProblems = 3;

/**
 * Reads `tor.txt`, `vpn.txt` …: one address or network a line, `#` begins a comment. Other files are left alone.
 * What is wrong is reported by file and line; then none of it is to be used.
 */
export function readLists(folder: string): { lists: AddressList[]; problems: string[] } {
  const problems: string[] = [];
  const lists: AddressList[] = [];
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "does not exist" : code === "ENOTDIR" ? "is no folder" : `cannot be read (${code})`;
    return { lists, problems: [`${folder} ${why}.`] };
  }
  for (const name of names.sort()) {
    const tag = name.slice(0, -".txt".length);
    if (!isTag(tag)) {
      problems.push(`${name}: a list is named by its tag, in small letters, digits and hyphens: anonymous-proxy.txt.`);
      continue;
    }
    try {
      const { networks, wrong } = parseList(readFileSync(join(folder, name), "utf8"));
      problems.push(...wrong.slice(0, shownProblems).map(({ line, message }) => `${name}:${line}: ${message}`));
      if (wrong.length > shownProblems) problems.push(`${name}: ${wrong.length - shownProblems} more lines are wrong.`);
      lists.push({
        tag,
        networks: new NetworkMap(networks.map((network) => ({ network, value: true as const }))),
        size: networks.length,
        changedAt: statSync(join(folder, name)).mtime,
      });
    } catch (error) {
      problems.push(`${name} cannot be read (${(error as NodeJS.ErrnoException).code ?? error}).`);
    }
  }
  return { lists, problems };
}

/** Tags are compared as they are, so they are written in one way only. */
export function isTag(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,49}$/.test(text);
}

function parseList(text: string): { networks: Network[]; wrong: { line: number; message: string }[] } {
  const networks: Network[] = [];
  const wrong: { line: number; message: string }[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const content = line.split("#", 1)[0]!.trim();
    if (content === "") continue;
    try {
      networks.push(parseNetwork(content));
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      wrong.push({ line: index + 1, message: error.message });
    }
  }
  return { networks, wrong };
}
