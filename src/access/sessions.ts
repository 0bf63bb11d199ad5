import { randomBytes } from "node:crypto";
import { and, eq, gt, inArray, lte } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { tables } from "#db/client.ts";
import { authenticateToken, hashSecret } from "#src/access/tokens.ts";
import type { Role, Viewer } from "#src/access/viewer.ts";
import { UnauthenticatedError } from "#src/errors.ts";

export const SESSION_HOURS = 12;
export const SIGN_IN_LINK_MINUTES = 10;

/**
 * A path that signs in the first visitor within ten minutes: `/signin?token=…`. `next`: where to go then, a path of ours.
 * `tokenId`: an API token whose rights the session has, and with which it ends.
 */
export async function createSignInLink(
  db: Db,
  { name, role, next, tokenId }: { name: string; role: Role; next?: string; tokenId?: number },
  now = new Date(),
): Promise<string> {
  await db.delete(tables.signInLinks).where(lte(tables.signInLinks.expiresAt, now));
  const token = randomBytes(32).toString("base64url");
  const expiresAt = new Date(now.getTime() + SIGN_IN_LINK_MINUTES * 60_000);
  await db.insert(tables.signInLinks).values({ hash: hashSecret(token), name, role, tokenId, expiresAt });
  return `/signin?token=${token}${next ? `&next=${encodeURIComponent(next)}` : ""}`;
}

/** What a browser gets: the cookie's value, and who it stands for. */
export interface OpenedSession {
  cookie: string;
  viewer: Viewer;
}

/** Uses up the link. Throws UnauthenticatedError when it is unknown, used or too old. */
export async function openSessionByLink(db: Db, token: string, now = new Date()): Promise<OpenedSession> {
  const [link] = await db
    .delete(tables.signInLinks)
    .where(and(eq(tables.signInLinks.hash, hashSecret(token)), gt(tables.signInLinks.expiresAt, now)))
    .returning();
  if (!link)
    throw new UnauthenticatedError(
      `This sign-in link was used already or is older than ${SIGN_IN_LINK_MINUTES} minutes. Make a new one with \`npx gatehouse signin\`.`,
    );
  return openSession(db, { name: link.name, role: link.role, ...(await lifeOf(db, link.tokenId, now)) }, now);
}

/** What a session takes from the token that its link depends on. Throws UnauthenticatedError when that has ended. */
async function lifeOf(
  db: Db,
  tokenId: number | null,
  now: Date,
): Promise<{ tokenId?: number; expiresAt?: Date | null }> {
  if (tokenId === null) return {};
  const [token] = await db.select().from(tables.apiTokens).where(eq(tables.apiTokens.id, tokenId));
  if (!token || token.revokedAt || (token.expiresAt && token.expiresAt <= now))
    throw new UnauthenticatedError("The API token that this sign-in link depends on has ended.");
  return { tokenId, expiresAt: token.expiresAt };
}

/** The session has the token's rights and ends with it. Throws UnauthenticatedError. */
export async function openSessionByToken(db: Db, secret: string, now = new Date()): Promise<OpenedSession> {
  const token = await authenticateToken(db, secret.trim(), now);
  return openSession(db, { ...token, tokenId: token.id }, now);
}

export async function openSession(
  db: Db,
  who: { name: string; role: Role; instanceIds?: number[] | null; tokenId?: number; expiresAt?: Date | null },
  now = new Date(),
): Promise<OpenedSession> {
  await db.delete(tables.sessions).where(lte(tables.sessions.expiresAt, now));
  const cookie = randomBytes(32).toString("base64url") + (who.tokenId ? `.${who.tokenId}` : "");
  const latest = new Date(now.getTime() + SESSION_HOURS * 3_600_000);
  const expiresAt = who.expiresAt && who.expiresAt < latest ? who.expiresAt : latest;
  const session = {
    hash: sessionIdOf(cookie),
    name: who.name,
    role: who.role,
    instanceIds: who.instanceIds ?? null,
    expiresAt,
  };
  await db.insert(tables.sessions).values({ ...session, createdAt: now });
  return { cookie, viewer: sessionViewer(session) };
}

/** Ends a session; unknown ones are ended already. */
export async function endSession(db: Db, sessionId: string): Promise<void> {
  await db.delete(tables.sessions).where(eq(tables.sessions.hash, sessionId));
}

/** The viewers behind the sessions that still hold, by session id. One or two statements, however many are asked for. */
export async function readSessions(
  db: Db,
  sessionIds: readonly string[],
  now = new Date(),
): Promise<Map<string, Viewer>> {
  const viewers = new Map<string, Viewer>();
  if (sessionIds.length === 0) return viewers;
  const rows = await db
    .select()
    .from(tables.sessions)
    .where(and(inArray(tables.sessions.hash, [...sessionIds]), gt(tables.sessions.expiresAt, now)));
  const tokenIds = rows.flatMap((row) => tokenIdOf(row.hash) ?? []);
  const tokens = tokenIds.length
    ? await db.select().from(tables.apiTokens).where(inArray(tables.apiTokens.id, tokenIds))
    : [];
  for (const row of rows) {
    const tokenId = tokenIdOf(row.hash);
    if (tokenId === null) {
      viewers.set(row.hash, sessionViewer(row));
      continue;
    }
    const token = tokens.find(({ id }) => id === tokenId);
    if (!token || token.revokedAt || (token.expiresAt && token.expiresAt <= now)) continue;
    viewers.set(row.hash, sessionViewer({ ...row, role: token.role, instanceIds: token.instanceIds }));
  }
  return viewers;
}

/**
 * The id of a session: SHA-256 of its cookie, and, when an API token opened it, the token: `…/token/12`.
 * So the session ends with its token and follows its rights.
 */
export function sessionIdOf(cookie: string): string {
  const tokenId = /\.(\d{1,9})$/.exec(cookie)?.[1];
  return hashSecret(cookie) + (tokenId ? `/token/${tokenId}` : "");
}

function tokenIdOf(sessionId: string): number | null {
  const id = /\/token\/(\d+)$/.exec(sessionId)?.[1];
  return id ? Number(id) : null;
}

function sessionViewer(row: {
  hash: string;
  name: string;
  role: Role;
  instanceIds: number[] | null;
  expiresAt: Date;
}): Viewer {
  return {
    id: `session/${row.hash.slice(0, 12)}`,
    name: row.name,
    role: row.role,
    instanceIds: row.instanceIds,
    sessionId: row.hash,
    ipAddress: null,
    expiresAt: row.expiresAt,
  };
}

/** Cookies know no ports: two gateways on one machine need two names. Over https the browser holds the cookie to host and path (`__Host-`). */
export function sessionCookieName(publicUrl: string): string {
  const url = new URL(publicUrl);
  if (url.protocol === "https:") return "__Host-gatehouse_session";
  return url.port ? `gatehouse_session_${url.port}` : "gatehouse_session";
}

/** A Set-Cookie header; null as the value removes the cookie. */
export function cookieHeader(
  publicUrl: string,
  name: string,
  value: string | null,
  { maxAgeSeconds = SESSION_HOURS * 3600 } = {},
): string {
  const secure = publicUrl.startsWith("https:") ? "; Secure" : "";
  return `${name}=${value ?? ""}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${value === null ? 0 : maxAgeSeconds}${secure}`;
}

/** One cookie of a Cookie header; null without it. */
export function readCookie(header: string | null | undefined, name: string): string | null {
  for (const part of header?.split(";") ?? []) {
    const [key, value] = part.trim().split(/=(.*)/s);
    if (key === name && value) return value;
  }
  return null;
}
