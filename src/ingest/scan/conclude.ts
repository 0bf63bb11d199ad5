import type { Fragment, Sql } from "postgres";
import type { ScanStream } from "#src/connector-kit/contract/kinds.ts";
import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import { suspicious } from "#src/instances/cadence.ts";
import {
  countUnlisted,
  type FileListing,
  forgetSightings,
  removeUnlistedFiles,
} from "#src/inventory/files/sightings.ts";
import { removeUnlistedOAuthApps } from "#src/inventory/oauth-apps/store.ts";
import { markUnlistedUsers, removeUnlistedGroups, removeUnlistedPrivileges } from "#src/inventory/users/store.ts";
import { type Listing, ofPart, unlisted } from "#src/inventory/users/unlisted.ts";
import type { Claim } from "./claim.ts";

/** What a scan that has caught up lets conclude about what it did not name. */
export interface Conclusion {
  /** For the scan; null: nothing is to be remarked. */
  note: string | null;
  /** This listing waits for the next one to name as little. Undefined: as it was. */
  heldScanId?: number | null;
  /** It named far fewer records than are known, and concluded nothing: an admin has to know. */
  isHeld?: boolean;
  /** It should be repeated soon. */
  lookAgain: boolean;
  /** Files that were marked as removed, to be published. */
  removedFiles?: string[];
}

interface Kind {
  table: string;
  /** One of them, and several: for people. */
  one: string;
  many: string;
}

/** What a listing names. */
const kinds: Readonly<Partial<Record<ScanStream, readonly Kind[]>>> = {
  USERS: [{ table: "users", one: "account", many: "accounts" }],
  GROUPS: [
    { table: "groups", one: "group", many: "groups" },
    { table: "group_members", one: "member of a group", many: "members of groups" },
  ],
  PRIVILEGES: [
    { table: "privileges", one: "privilege", many: "privileges" },
    { table: "privilege_holders", one: "holder of a privilege", many: "holders of privileges" },
  ],
  OAUTH_APPS: [
    { table: "oauth_apps", one: "app", many: "apps" },
    { table: "oauth_grants", one: "permission of an app", many: "permissions of apps" },
  ],
};

/**
 * Absence is concluded only from one unbroken listing of everything, whose every record could be read. One that names nobody, or far
 * fewer than are known, concludes nothing alone: only what the next complete listing does not name either was deleted.
 */
export async function concludeListing(sql: Sql, manifest: Manifest, claim: Claim, now: Date): Promise<Conclusion> {
  const stream = claim.scan.stream as ScanStream;
  if (!claim.isListing || (stream !== "FILES" && kinds[stream] === undefined)) return { note: null, lookAgain: false };
  const doubt = await doubtAbout(sql, claim);
  if (stream === "FILES") return concludeFiles(sql, claim, doubt, now);
  if (doubt) return { note: doubt.note, lookAgain: doubt.passes };
  const part = claim.scan.part === "" ? null : { stream, name: claim.scan.part };
  const listing = { scanId: claim.scan.id, part };
  const counts = await Promise.all((kinds[stream] ?? []).map((kind) => count(sql, claim.instance.id, kind, listing)));
  const shrunk = counts.find(isSuspicious);
  if (!shrunk) {
    await removeUnlisted(sql, manifest, claim.instance.id, stream, listing);
    return { note: null, heldScanId: null, lookAgain: false };
  }
  const { heldScanId } = claim.stream;
  // The account that listed them exists: a list without any is a fault however often it is repeated.
  const isImpossible = stream === "USERS" && part === null && shrunk.named === 0;
  if (heldScanId !== null && !isImpossible)
    await removeUnlisted(sql, manifest, claim.instance.id, stream, { ...listing, heldScanId });
  const left = await Promise.all(counts.map((one) => count(sql, claim.instance.id, one, listing)));
  const still = left.find(isSuspicious);
  if (!still) return { note: null, heldScanId: null, lookAgain: false };
  return {
    note: noteOn(still, isImpossible),
    heldScanId: isImpossible ? null : claim.scan.id,
    isHeld: true,
    lookAgain: true,
  };
}

/** The same of files, of which a listing keeps what it named apart: there may be millions, and most are as they were. */
async function concludeFiles(
  sql: Sql,
  { instance, scan, stream }: Claim,
  doubt: { note: string; passes: boolean } | null,
  now: Date,
): Promise<Conclusion> {
  const forget = (scanIds: readonly (number | null)[]) =>
    forgetSightings(
      sql,
      instance.id,
      scanIds.filter((id) => id !== null),
    );
  if (doubt) {
    await forget([scan.id]);
    return { note: doubt.note, lookAgain: doubt.passes };
  }
  const listing: FileListing = {
    instanceId: instance.id,
    scanId: scan.id,
    heldScanId: null,
    part: scan.part,
    startedAt: scan.startedAt ?? scan.createdAt,
  };
  const counted = async () => {
    const { known, missing } = await countUnlisted(sql, listing);
    return { table: "files", one: "file", many: "files", known, named: known - missing };
  };
  const held = stream.heldScanId;
  const found = await counted();
  const isShrunk = isSuspicious(found);
  if (isShrunk && held === null) return { note: noteOn(found, false), heldScanId: scan.id, lookAgain: true };
  const removedFiles = await removeUnlistedFiles(sql, isShrunk ? { ...listing, heldScanId: held } : listing, now);
  const left = isShrunk ? await counted() : null;
  if (left && isSuspicious(left)) {
    await forget([held]);
    return { note: noteOn(left, false), heldScanId: scan.id, lookAgain: true, removedFiles };
  }
  await forget([scan.id, held]);
  return { note: null, heldScanId: null, lookAgain: false, removedFiles };
}

/** A scan read from its beginning to its end without a page. One that goes on after its last page returns none either. */
export function returnedNoPage({ pages, stream }: Claim): boolean {
  return pages === 0 && stream.cursor === null;
}

/** Why nothing can be concluded; `passes` when the next listing may well be a good one. */
async function doubtAbout(sql: Sql, claim: Claim): Promise<{ note: string; passes: boolean } | null> {
  const { instance, scan } = claim;
  const because = (what: string, passes: boolean) => ({
    note: `${what}, so nothing was concluded from what it did not name.`,
    passes,
  });
  if (!scan.unbroken) return because("The listing was interrupted", true);
  if (returnedNoPage(claim)) return because("The app returned no page of this listing", true);
  const from = (scan.startedAt ?? scan.createdAt).toISOString();
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from unreadable_records
    where instance_id = ${instance.id} and stream = ${scan.stream} and part = ${scan.part} and last_seen_at >= ${from}::timestamptz`;
  if (!row || row.count === 0) return null;
  return because(`${row.count === 1 ? "One record" : `${row.count} records`} of the listing could not be read`, false);
}

interface Counted extends Kind {
  known: number;
  named: number;
}

async function count(sql: Sql, instanceId: number, kind: Kind, listing: Listing): Promise<Counted> {
  const { table } = kind;
  const present = table === "users" ? sql`listed and status <> 'DELETED'` : sql`true`;
  const own: Fragment = listing.part ? ofPart(sql, instanceId, listing.part) : sql`true`;
  const [row] = await sql<{ known: number; missing: number }[]>`
    select count(*)::int as known, count(*) filter (where ${unlisted(sql, instanceId, listing)})::int as missing
    from ${sql(table)} where instance_id = ${instanceId} and ${present} and ${own}`;
  const { known, missing } = row as { known: number; missing: number };
  return { ...kind, known, named: known - missing };
}

function isSuspicious({ known, named }: Counted): boolean {
  if (known === 0) return false;
  return named === 0 || (known >= suspicious.known && named < suspicious.share * known);
}

function noteOn({ one, many, known, named }: Counted, isImpossible: boolean): string {
  const found = named === 0 ? `no ${one}` : `${named} ${named === 1 ? one : many}`;
  const next = isImpossible ? "" : " What the next complete listing does not name either will be.";
  return `The app named ${found} although ${known} are known; nothing was marked as deleted.${next}`;
}

/** What a complete listing of a stream did not name was deleted. */
export async function removeUnlisted(
  sql: Sql,
  manifest: Manifest,
  id: number,
  stream: ScanStream,
  listing: Listing,
): Promise<void> {
  switch (stream) {
    case "USERS":
      await markUnlistedUsers(sql, id, listing, { directory: manifest.directory === true });
      break;
    case "GROUPS":
      await removeUnlistedGroups(sql, id, listing);
      break;
    case "PRIVILEGES":
      await removeUnlistedPrivileges(sql, id, listing);
      break;
    case "OAUTH_APPS":
      await removeUnlistedOAuthApps(sql, id, listing);
      break;
    default:
  }
}
