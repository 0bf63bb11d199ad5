import { mix } from "../generator.ts";

/**
 * Where the generated items of a drive lie, by arithmetic: item 0 is the root, then come the folders, then the files.
 * The root has `topLevel` folders, each folder up to eight; files are dealt out to the folders in turn.
 */
export class Layout {
  readonly folders: number;
  readonly count: number;
  readonly #topLevel: number;

  constructor(files: number, folders = Math.ceil(files / 20), topLevel = fanOut) {
    this.folders = Math.max(1, folders);
    this.count = 1 + this.folders + files;
    this.#topLevel = topLevel;
  }

  isFolder(item: number): boolean {
    return item <= this.folders;
  }

  /** Null for the root. */
  parentOf(item: number): number | null {
    if (item === 0) return null;
    if (!this.isFolder(item)) return 1 + (item % this.folders);
    return item <= this.#topLevel ? 0 : 1 + Math.floor((item - 1 - this.#topLevel) / fanOut);
  }

  /** Generated items whose parent is this folder, folders first. */
  *childrenOf(folder: number): Generator<number> {
    const firstChild = folder === 0 ? 1 : 1 + this.#topLevel + (folder - 1) * fanOut;
    const children = folder === 0 ? this.#topLevel : fanOut;
    for (let child = firstChild; child < Math.min(this.folders + 1, firstChild + children); child++) yield child;
    if (folder === 0) return;
    const first = 1 + this.folders;
    const offset = (folder - 1 - (first % this.folders) + this.folders) % this.folders;
    for (let file = first + offset; file < this.count; file += this.folders) yield file;
  }
}

const fanOut = 8;

export type Role = "read" | "comment" | "write";

/** One entry of an item's sharing. */
export interface Share {
  id: string;
  /** `anyone` is a link that needs no account, `company` a link for everybody of the tenant. */
  kind: "user" | "group" | "company" | "anyone";
  /** Address of a user, id of a group; absent for links. */
  who?: string;
  role: Role;
  /** Epoch ms. */
  expiresAt?: number;
  password?: boolean;
}

/** Sharing before any edit: of a hundred items some 70 are private, 12 open to the company, 10 to a person outside, 8 to anybody. */
export function generatedShares(seed: number, item: number): Share[] {
  if (item === 0) return [];
  const number = mix(seed, item, 230);
  const kind = number % 100;
  const role: Role = number % 3 === 0 ? "write" : "read";
  const id = `s${item}`;
  if (kind < 70) return [];
  if (kind < 82) return [{ id, kind: "company", role }];
  if (kind < 92) return [{ id, kind: "user", who: `partner${number % 40}@outside.example`, role }];
  return [{ id, kind: "anyone", role, ...(number % 4 === 0 && { password: true }) }];
}
