import { createHash, hash, randomBytes } from "node:crypto";
import { and, desc, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { tables } from "#db/client.ts";
import { type Role, requireRole, type Viewer } from "#src/access/viewer.ts";
import { ForbiddenError, InvalidInputError, NotFoundError, UnauthenticatedError } from "#src/errors.ts";

export type ApiToken = Omit<typeof tables.apiTokens.$inferSelect, "hash" | "demo">;

/** All but the hash and where it is from. */
const shownColumns = {
  id: tables.apiTokens.id,
  name: tables.apiTokens.name,
  role: tables.apiTokens.role,
  instanceIds: tables.apiTokens.instanceIds,
  createdBy: tables.apiTokens.createdBy,
  createdAt: tables.apiTokens.createdAt,
  expiresAt: tables.apiTokens.expiresAt,
  lastUsedAt: tables.apiTokens.lastUsedAt,
  revokedAt: tables.apiTokens.revokedAt,
};

const PREFIX = "ght_";
const BODY_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

/** `ght_`, 32 random bytes and a checksum: a typing error or a truncated token is recognised without asking the database. */
export function newTokenSecret(): string {
  const body = randomBytes(32).toString("base64url");
  return PREFIX + body + checksum(body);
}

export function looksLikeToken(secret: string): boolean {
  if (!secret.startsWith(PREFIX) || secret.length !== PREFIX.length + BODY_LENGTH + CHECKSUM_LENGTH) return false;
  const body = secret.slice(PREFIX.length, -CHECKSUM_LENGTH);
  return /^[\w-]+$/.test(body) && secret.endsWith(checksum(body));
}

function checksum(body: string): string {
  return createHash("sha256").update(`${PREFIX}${body}`).digest("base64url").slice(0, CHECKSUM_LENGTH);
}

/** SHA-256, hex: what the database keeps of tokens, cookies and links. They are random, so a plain hash is enough. */
export function hashSecret(secret: string): string {
  return hash("sha256", secret, "hex");
}

export interface NewApiToken {
  name: string;
  role: Role;
  /** Null: all instances (of a viewer who has all). */
  instanceIds?: readonly number[] | null;
  /** Null: until revoked. */
  expiresAt?: Date | null;
  /** Valid only while the demo runs. Default false. */
  demo?: boolean;
}

/** ADMIN. The secret is returned here and never again. Throws InvalidInputError, ForbiddenError. */
export async function createApiToken(
  db: Db,
  viewer: Viewer,
  input: NewApiToken,
  now = new Date(),
): Promise<{ token: ApiToken; secret: string }> {
  requireRole(viewer, "ADMIN");
  const name = input.name.trim();
  if (name.length === 0 || name.length > 100)
    throw new InvalidInputError("A token needs a name of 1 to 100 characters.", ["name"]);
  if (!["VIEWER", "ANALYST", "ADMIN"].includes(input.role))
    throw new InvalidInputError("The role is VIEWER, ANALYST or ADMIN.", ["role"]);
  const expiresAt = input.expiresAt ?? null;
  if (expiresAt && !(expiresAt > now)) throw new InvalidInputError("expiresAt must be in the future.", ["expiresAt"]);
  const instanceIds = input.instanceIds ? [...new Set(input.instanceIds)] : null;
  await checkInstances(db, viewer, instanceIds);

  const secret = newTokenSecret();
  const [token] = await db
    .insert(tables.apiTokens)
    .values({
      name,
      hash: hashSecret(secret),
      role: input.role,
      instanceIds,
      createdBy: viewer.name,
      createdAt: now,
      expiresAt,
      demo: input.demo ?? false,
    })
    .returning(shownColumns);
  return { token: token!, secret };
}

/** A token never reaches further than the one who makes it. */
async function checkInstances(db: Db, viewer: Viewer, instanceIds: number[] | null): Promise<void> {
  if (instanceIds === null) {
    if (viewer.instanceIds === null) return;
    throw new ForbiddenError(
      "Your access is limited to some instances: set instanceIds to those that the token may access.",
    );
  }
  if (instanceIds.length === 0)
    throw new InvalidInputError("`instanceIds` must contain at least one instance. Omit it for all.", ["instanceIds"]);
  const found = await db
    .select({ id: tables.instances.id })
    .from(tables.instances)
    .where(inArray(tables.instances.id, instanceIds));
  const known = new Set(found.map((row) => row.id).filter((id) => viewer.instanceIds?.includes(id) ?? true));
  if (instanceIds.some((id) => !known.has(id))) throw new NotFoundError("An instance of instanceIds", ["instanceIds"]);
}

/** ADMIN. Revokes the token permanently, and the sessions opened with it; repeating it changes nothing. */
export async function revokeApiToken(db: Db, viewer: Viewer, id: number, now = new Date()): Promise<ApiToken> {
  const token = (await listApiTokens(db, viewer, [id]))[0];
  if (!token) throw new NotFoundError("The API token", ["id"]);
  if (token.revokedAt) return token;
  const [revoked] = await db
    .update(tables.apiTokens)
    .set({ revokedAt: sql`coalesce(${tables.apiTokens.revokedAt}, ${now.toISOString()}::timestamptz)` })
    .where(eq(tables.apiTokens.id, id))
    .returning(shownColumns);
  return revoked!;
}

/** Revokes every token the demo made, which ends the sessions that depend on them. */
export async function endDemoAccess(db: Db, now = new Date()): Promise<void> {
  const { apiTokens } = tables;
  await db
    .update(apiTokens)
    .set({ revokedAt: now })
    .where(and(eq(apiTokens.demo, true), isNull(apiTokens.revokedAt)));
}

/** ADMIN. Newest first; revoked ones included. An ADMIN of some instances sees the tokens within them. */
export async function listApiTokens(db: Db, viewer: Viewer, ids?: readonly number[]): Promise<ApiToken[]> {
  requireRole(viewer, "ADMIN");
  const rows = await db
    .select(shownColumns)
    .from(tables.apiTokens)
    .where(ids && inArray(tables.apiTokens.id, [...ids]))
    .orderBy(desc(tables.apiTokens.id));
  const allowed = viewer.instanceIds;
  if (allowed === null) return rows;
  return rows.filter((row) => row.instanceIds?.every((id) => allowed.includes(id)) ?? false);
}

/** The live token behind a secret. Throws UnauthenticatedError: which part is wrong is not revealed, except that it expired or was revoked. */
export async function authenticateToken(db: Db, secret: string, now = new Date()): Promise<ApiToken> {
  if (!looksLikeToken(secret))
    throw new UnauthenticatedError("This is not a valid API token: check that it was copied whole.");
  const [token] = await db
    .select(shownColumns)
    .from(tables.apiTokens)
    .where(eq(tables.apiTokens.hash, hashSecret(secret)));
  if (!token) throw new UnauthenticatedError("This API token does not exist in this installation.");
  if (token.revokedAt) throw new UnauthenticatedError("This API token was revoked.");
  if (token.expiresAt && token.expiresAt <= now) throw new UnauthenticatedError("This API token has expired.");
  return token;
}

/** Remembers the use of a token; at most one write a minute and token. */
export async function touchToken(db: Db, token: ApiToken, now = new Date()): Promise<void> {
  const minuteAgo = new Date(now.getTime() - 60_000);
  if (token.lastUsedAt && token.lastUsedAt > minuteAgo) return;
  await db
    .update(tables.apiTokens)
    .set({ lastUsedAt: now })
    .where(
      sql`${eq(tables.apiTokens.id, token.id)} and ${or(isNull(tables.apiTokens.lastUsedAt), lt(tables.apiTokens.lastUsedAt, minuteAgo))}`,
    );
}
