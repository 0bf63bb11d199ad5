import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type Account, canEnter } from "./account.ts";
import { EmbeddedPostgresError } from "./problem.ts";

/** Where root keeps what the account PostgreSQL runs as could not reach elsewhere. */
export const SHARED_FOLDER = "/var/lib/gatehouse";

/** Where the cluster lies, or will lie. */
export interface Place {
  /** The cluster's real path; `<dataDirectory>/postgres` is it or links to it. */
  cluster: string;
  exists: boolean;
}

/** Finds the cluster of a data directory, or the place for a new one. */
export function findPlace(dataDirectory: string, account: Account | null, sharedFolder: string): Place {
  const entry = join(dataDirectory, "postgres");
  const found = lstatSync(entry, { throwIfNoEntry: false });
  if (!found) {
    const reachable = !account || canEnter(account, dataDirectory);
    return { cluster: reachable ? entry : linkToSharedPlace(entry, sharedFolder), exists: false };
  }
  if (!existsSync(entry)) return { cluster: unfinishedTarget(entry), exists: false };
  const cluster = realpathSync(entry);
  if (account && !canEnter(account, dirname(cluster))) throw unreachable(account, dirname(cluster));
  return { cluster, exists: readdirSync(cluster).length > 0 };
}

/** The folder for binaries: the data directory where it serves, so that everything lies together. */
export function folderForBinaries(dataDirectory: string, account: Account | null, sharedFolder: string): string {
  const { uid, mode } = statSync(dataDirectory);
  const onlyRootWrites = uid === 0 && (mode & 0o022) === 0;
  if (account && onlyRootWrites && survivesShell(dataDirectory) && canEnter(account, dataDirectory))
    return dataDirectory;
  return makeSharedFolder(sharedFolder);
}

/** initdb starts PostgreSQL through a shell, with its path in double quotes and nothing escaped. */
export function survivesShell(path: string): boolean {
  return !/["$`\\\n]/.test(path);
}

/** A user who can write here could plant a program or data that the next start would trust. */
export function assertOnlyRootWrites(folder: string): void {
  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0) return;
  throw new EmbeddedPostgresError(
    `${folder} must be a folder that belongs to root and that only root may write to: it holds what PostgreSQL runs from.`,
  );
}

function makeSharedFolder(folder: string): string {
  if (!existsSync(folder)) {
    try {
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, 0o755);
    } catch (cause) {
      throw new EmbeddedPostgresError(
        `PostgreSQL cannot reach this checkout as the account it runs as instead of root, and ${folder} cannot be made for it. ` +
          "Set GATEHOUSE_DATA to a folder everybody may enter, start as an ordinary user, or set DATABASE_URL.",
        { cause },
      );
    }
  }
  assertOnlyRootWrites(folder);
  return folder;
}

/**
 * Links the entry to a folder of its own, and returns the path of the cluster in it. The folder's name is random, so
 * that a moved, copied or new checkout never meets the data of another.
 */
function linkToSharedPlace(entry: string, sharedFolder: string): string {
  const clusters = join(makeSharedFolder(sharedFolder), "clusters");
  mkdirSync(clusters, { recursive: true });
  chmodSync(clusters, 0o711);
  assertOnlyRootWrites(clusters);
  const folder = join(clusters, randomBytes(8).toString("hex"));
  mkdirSync(folder);
  chmodSync(folder, 0o711);
  writeFileSync(join(folder, ORIGIN), `${dirname(entry)}\n`);
  const cluster = join(folder, "postgres");
  symlinkSync(cluster, entry);
  return cluster;
}

/** Names the owner of the cluster in a folder, for a person and for `unfinishedTarget`. */
const ORIGIN = "belongs-to";

/** Where a link leads whose cluster was never completed, because its first start was killed. Refuses other dead links. */
function unfinishedTarget(entry: string): string {
  const cluster = readlinkSync(entry);
  const origin = join(dirname(cluster), ORIGIN);
  if (existsSync(origin) && readFileSync(origin, "utf8").trim() === dirname(entry)) return cluster;
  throw new EmbeddedPostgresError(
    `${entry} is a link to a PostgreSQL data directory that is not there. Bring it back, or delete the link to start with an empty database.`,
  );
}

function unreachable(account: Account, folder: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL runs as user ${account.uid} instead of root, and that user may not enter ${folder}. ` +
      `Let it pass with \`chmod o+x\` on ${folder} and the folders above it.`,
  );
}
