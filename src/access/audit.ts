import { and, desc, gte, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { tables } from "#db/client.ts";
import { requireRole, type Viewer } from "#src/access/viewer.ts";
import { ForbiddenError, InvalidInputError } from "#src/errors.ts";

export type AuditEntry = typeof tables.auditLog.$inferSelect;

export interface AuditRecord {
  /** Noun and verb: `instance.connect`, `apiToken.revoke`. */
  action: string;
  /** What it was done to: `instance/12`. */
  target?: string | null;
  before?: unknown;
  after?: unknown;
  /** `started`: an app is about to be called, and the result follows as an entry of its own. `ok`, or the code of the error. */
  result: string;
}

/** Appends to the audit log, in the caller's transaction: no effect without its entry. Secrets in before and after are redacted. */
export async function recordAudit(db: Db, viewer: Viewer, record: AuditRecord): Promise<void> {
  await db.insert(tables.auditLog).values({
    actor: auditActor(viewer),
    action: record.action,
    target: record.target ?? null,
    before: redact(record.before),
    after: redact(record.after),
    result: record.result,
    ipAddress: viewer.ipAddress,
  });
}

/** `ci (token/12)`: names are for people, ids tell two of one name apart. */
export function auditActor(viewer: Pick<Viewer, "id" | "name">): string {
  return viewer.name === viewer.id ? viewer.id : `${viewer.name} (${viewer.id})`;
}

export interface AuditFilter {
  /** Whole actors (`ci (token/12)`), names (`ci`) or ids (`token/12`). */
  actors?: readonly string[] | null;
  actions?: readonly string[] | null;
  from?: Date | null;
  to?: Date | null;
}

export interface AuditPage {
  entries: AuditEntry[];
  hasNextPage: boolean;
}

/** ADMIN of all instances. Newest first; `after` is the id of the last entry of the page before. */
export async function listAudit(
  db: Db,
  viewer: Viewer,
  { first = 50, after, filter }: { first?: number | null; after?: number | null; filter?: AuditFilter | null } = {},
): Promise<AuditPage> {
  requireAuditor(viewer);
  const size = first ?? 50;
  if (size < 0 || size > 200) throw new InvalidInputError("`first` must be between 0 and 200.", ["first"]);
  const rows = await db
    .select()
    .from(tables.auditLog)
    .where(and(matching(filter), after == null ? undefined : lt(tables.auditLog.id, after)))
    .orderBy(desc(tables.auditLog.id))
    .limit(size + 1);
  return { entries: rows.slice(0, size), hasNextPage: rows.length > size };
}

/** Entries by id, in the order asked for; null where there is none or the viewer may not see any. */
export async function loadAudit(db: Db, viewer: Viewer, ids: readonly number[]): Promise<(AuditEntry | null)[]> {
  if (!isAuditor(viewer) || ids.length === 0) return ids.map(() => null);
  const rows = await db
    .select()
    .from(tables.auditLog)
    .where(inArray(tables.auditLog.id, [...ids]));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** ADMIN. How many entries match: exact up to 10,000, else null. */
export async function countAudit(db: Db, viewer: Viewer, filter?: AuditFilter | null): Promise<number | null> {
  requireAuditor(viewer);
  const some = db
    .select({ id: tables.auditLog.id })
    .from(tables.auditLog)
    .where(matching(filter))
    .limit(10_001)
    .as("some");
  const [row] = await db.select({ count: sql<number>`count(*)::int` }).from(some);
  return row!.count > 10_000 ? null : row!.count;
}

function isAuditor(viewer: Viewer): boolean {
  return viewer.role === "ADMIN" && viewer.instanceIds === null;
}

/** Entries speak of all instances: an ADMIN of some would see the others through them. */
function requireAuditor(viewer: Viewer): void {
  requireRole(viewer, "ADMIN");
  if (viewer.instanceIds !== null) throw new ForbiddenError("The audit log requires the role ADMIN for all instances.");
}

function matching(filter: AuditFilter | null | undefined): SQL | undefined {
  const log = tables.auditLog;
  const actors = filter?.actors ? [...filter.actors] : null;
  return and(
    actors
      ? or(
          inArray(log.actor, actors),
          inArray(sql`regexp_replace(${log.actor}, ' [(][^()]*[)]$', '')`, actors),
          inArray(sql`substring(${log.actor} from ' [(]([^()]*)[)]$')`, actors),
        )
      : undefined,
    filter?.actions ? inArray(log.action, [...filter.actions]) : undefined,
    filter?.from ? gte(log.at, filter.from) : undefined,
    filter?.to ? lt(log.at, filter.to) : undefined,
  );
}

const secretKey =
  /secret|token|passw|passphrase|credential|authorization|cookie|assertion|signature|verifier|bearer|certificate|key$|^(code|pwd|state)$/i;
/** `tokenId`, `credentialExpiresAt`: names of secrets, not secrets. */
const harmlessKey = /([a-z]Ids?|[a-z]At|Count|Type|Name|Seconds|_ids?|_at)$/;
const secretValue =
  /^(ght_|gh[oprsu]_|github_pat_|xox[a-z]-|sk-|Bearer |Basic |SSWS |v1\.[0-9a-f]{8}\.|eyJ[\w-]+\.[\w-]+\.)|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

const REDACTED = "[redacted]";
const MAX_DEPTH = 8;
const MAX_LENGTH = 2_000;
const MAX_ITEMS = 200;

/** A copy for the audit log: secrets redacted by key and by form, long texts cut. Null for nothing. */
export function redact(value: unknown): unknown {
  return value === undefined ? null : walk(value, 0);
}

function walk(value: unknown, depth: number): unknown {
  if (value === null || typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value === "string") return secretValue.test(value) ? REDACTED : shorten(value);
  if (typeof value === "bigint") return String(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object" || depth >= MAX_DEPTH) return `[${typeof value}]`;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => walk(item, depth + 1));
  const entries = Object.entries(value).slice(0, MAX_ITEMS);
  return Object.fromEntries(
    entries
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [shorten(key), hides(key, item) ? REDACTED : walk(item, depth + 1)]),
  );
}

function hides(key: string, value: unknown): boolean {
  if (value === null || value === undefined || typeof value === "boolean" || typeof value === "number") return false;
  if (value instanceof Date) return false;
  return secretKey.test(key) && !harmlessKey.test(key);
}

function shorten(text: string): string {
  const clean = text.replaceAll("\u0000", "");
  const short = clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH)}… (${clean.length} characters)` : clean;
  return short.toWellFormed();
}
