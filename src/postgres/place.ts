import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type Account, canEnter } from "./account.ts";
import { EmbeddedPostgresError } from "./problem.ts";

/** Where root keeps what the account PostgreSQL runs as could not reach elsewhere. */
export const SHARED_FOLDER = "/var/lib/gatehouse";

/** Where the cluster lies, or will lie. */
export interface Place {
  /** Always `<dataDirectory>/postgres`: the cluster itself or a link to it. */
  entry: string;
  /** The cluster's real path. */
  cluster: string;
  exists: boolean;
  /** `entry` must be made a link to `cluster`. */
  linked: boolean;
}

/** Finds the cluster of a data directory, or the place for a new one. */
export function findPlace(dataDirectory: string, account: Account | null, sharedFolder: string): Place {
  const entry = join(dataDirectory, "postgres");
  const found = lstatSync(entry, { throwIfNoEntry: false });
  if (found) {
    if (!existsSync(entry)) {
      throw new EmbeddedPostgresError(
        `${entry} is a link to a PostgreSQL data directory that is not there. Bring it back, or delete the link to start with an empty database.`,
      );
    }
    const cluster = realpathSync(entry);
    if (account && !canEnter(account, dirname(cluster))) throw unreachable(account, dirname(cluster));
    return { entry, cluster, exists: readdirSync(cluster).length > 0, linked: false };
  }
  if (!account || canEnter(account, dataDirectory)) return { entry, cluster: entry, exists: false, linked: false };
  const folder = newSharedPlace(dataDirectory, sharedFolder);
  return { entry, cluster: join(folder, "postgres"), exists: false, linked: true };
}

/** The folder for binaries: the data directory where it serves, so that everything lies together. */
export function folderForBinaries(dataDirectory: string, account: Account | null, sharedFolder: string): string {
  const { uid, mode } = statSync(dataDirectory);
  const onlyRootWrites = uid === 0 && (mode & 0o022) === 0;
  if (account && onlyRootWrites && canEnter(account, dataDirectory)) return dataDirectory;
  return makeSharedFolder(sharedFolder);
}

/** Somebody who could write here could plant a program or data that the next start would trust. */
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

/** A folder of its own for one data directory; its name is random, so a moved or copied checkout never meets it. */
function newSharedPlace(dataDirectory: string, sharedFolder: string): string {
  const clusters = join(makeSharedFolder(sharedFolder), "clusters");
  mkdirSync(clusters, { recursive: true });
  chmodSync(clusters, 0o711);
  assertOnlyRootWrites(clusters);
  removeUnfinished(clusters, dataDirectory);
  const folder = join(clusters, randomBytes(8).toString("hex"));
  mkdirSync(folder);
  chmodSync(folder, 0o711);
  writeFileSync(join(folder, ORIGIN), `${dataDirectory}\n`);
  return folder;
}

/** Tells a person whose cluster a folder holds. */
const ORIGIN = "belongs-to";

/** What a start that was killed left before its cluster was complete. */
function removeUnfinished(clusters: string, dataDirectory: string): void {
  for (const name of readdirSync(clusters)) {
    const folder = join(clusters, name);
    const origin = join(folder, ORIGIN);
    if (existsSync(join(folder, "postgres")) || !existsSync(origin)) continue;
    if (readFileSync(origin, "utf8").trim() === dataDirectory) rmSync(folder, { recursive: true, force: true });
  }
}

function unreachable(account: Account, folder: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL runs as user ${account.uid} instead of root, and that user may not enter ${folder}. ` +
      `Let it pass with \`chmod o+x\` on ${folder} and the folders above it.`,
  );
}
