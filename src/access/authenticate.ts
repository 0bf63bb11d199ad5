import { inArray } from "drizzle-orm";
import type { Db } from "#db/client.ts";
import { tables } from "#db/client.ts";
import { createOidc, type Oidc, type OidcConfig } from "#src/access/oidc.ts";
import { readCookie, readSessions, sessionCookieName, sessionIdOf } from "#src/access/sessions.ts";
import { authenticateToken, hashSecret, looksLikeToken, touchToken } from "#src/access/tokens.ts";
import type { Viewer } from "#src/access/viewer.ts";
import { UnauthenticatedError } from "#src/errors.ts";
import { createFailureLimit } from "./failures.ts";
import { remember } from "./remembered.ts";

export interface AccessConfig {
  publicUrl: string;
  oidc: OidcConfig | null;
}

/** What became of a viewer since it was proved: the same, over, or with other rights. */
export type Standing = "ok" | "ended" | { changed: Viewer };

export interface Authenticator {
  /** Null when nothing is presented, or only a session that is over. Throws UnauthenticatedError, RateLimitedError. */
  fromHeaders(headers: { authorization?: string; cookie?: string }, ipAddress: string | null): Promise<Viewer | null>;
  /** Whom fromHeaders would find, when that was proved within the last seconds; undefined: ask it. */
  recognize(headers: { authorization?: string; cookie?: string }, ipAddress: string | null): Viewer | undefined;
  /** For connection_init: `authorization`, `headers.authorization` or `token`; without them the cookie of the handshake. */
  fromConnectionParams(
    params: Readonly<Record<string, unknown>> | null | undefined,
    cookie: string | null | undefined,
    ipAddress: string | null,
  ): Promise<Viewer | null>;
  /** Whether the viewer still holds. Answers of up to 2 s ago are reused; many at once cost one round trip. */
  revalidate(viewer: Viewer): Promise<Standing>;
  /** Counts failures of other entry points (the sign-in form) with the same limit. */
  attempt<T>(ipAddress: string | null, run: () => Promise<T>): Promise<T>;
  /** Drops what is remembered of a viewer, so that a sign-out in this process shows at once. */
  forget(viewer: Viewer): void;
  oidc: Oidc | null;
}

/** A proof found good is trusted this long without asking again: revocation shows within it. */
const PROOF_MS = 3_000;
const STANDING_MS = 2_000;

interface Proof {
  viewer: Promise<Viewer | null>;
  /** The same, once it is there. */
  found: Viewer | null;
  until: number;
}

export function createAuthenticator({
  db,
  config,
  now = () => new Date(),
}: {
  db: Db;
  config: AccessConfig;
  now?: () => Date;
}): Authenticator {
  const oidc = config.oidc ? createOidc(config.oidc, now) : null;
  const cookieName = sessionCookieName(config.publicUrl);
  const proofs = new Map<string, Proof>();
  const standings = createStandings(db, now);
  const failures = createFailureLimit(now);
  /** Credentials that were valid recently do not wait for other clients' failures behind the same address. */
  const trusted = new Map<string, number>();
  /** Keys of the headers of the last seconds: one client sends the same again and again. Secrets are not kept longer. */
  const bearerKeys = new Map<string, string | null>();
  let bearerKeysUntil = 0;

  /** One look-up for many requests with the same proof; failures are not kept. */
  function proved(key: string, prove: () => Promise<Viewer | null>): Promise<Viewer | null> {
    const time = now().getTime();
    const known = proofs.get(key);
    if (known && known.until > time) return known.viewer;
    const viewer = prove();
    const proof: Proof = { viewer, found: null, until: time + PROOF_MS };
    remember(proofs, key, proof);
    viewer.then(
      (found) => {
        proof.found = found;
        if (!found) proofs.delete(key);
      },
      () => proofs.delete(key),
    );
    return viewer;
  }

  function bearerKey(authorization: string, time: number): string | null {
    if (bearerKeysUntil <= time) {
      bearerKeys.clear();
      bearerKeysUntil = time + PROOF_MS;
    }
    let key = bearerKeys.get(authorization);
    if (key === undefined) {
      const [, secret] = bearer.exec(authorization) ?? [];
      key = secret ? `bearer/${hashSecret(secret)}` : null;
      remember(bearerKeys, authorization, key);
    }
    return key;
  }

  function sessionKey(header: string | undefined): string | null {
    const cookie = readCookie(header, cookieName);
    return cookie && cookie.length <= 100 ? `session/${sessionIdOf(cookie)}` : null;
  }

  async function byBearer(secret: string, ipAddress: string | null): Promise<Viewer> {
    const key = `bearer/${hashSecret(secret)}`;
    const run = () => proved(key, () => (looksLikeToken(secret) || !oidc ? byToken(secret) : oidc.verify(secret)));
    const isTrusted = (trusted.get(key) ?? 0) > now().getTime();
    // What an identity provider signed may fail because that is away: only a token fails permanently.
    const by = { address: ipAddress, ...(looksLikeToken(secret) ? { credential: key } : {}) };
    const viewer = await (isTrusted ? run() : failures.guard(by, run));
    const live = viewer && within(viewer, now());
    if (!live) throw new UnauthenticatedError("This token has expired.");
    remember(trusted, key, now().getTime() + 600_000);
    return { ...live, ipAddress };
  }

  async function byToken(secret: string): Promise<Viewer> {
    const token = await authenticateToken(db, secret, now());
    await touchToken(db, token, now());
    return {
      id: `token/${token.id}`,
      name: token.name,
      role: token.role,
      instanceIds: token.instanceIds,
      sessionId: null,
      ipAddress: null,
      expiresAt: token.expiresAt,
    };
  }

  async function byCookie(header: string | null | undefined, ipAddress: string | null): Promise<Viewer | null> {
    const cookie = readCookie(header, cookieName);
    if (!cookie || cookie.length > 100) return null;
    const sessionId = sessionIdOf(cookie);
    const viewer = await proved(`session/${sessionId}`, async () => {
      return (await readSessions(db, [sessionId], now())).get(sessionId) ?? null;
    });
    const live = viewer && within(viewer, now());
    return live ? { ...live, ipAddress } : null;
  }

  return {
    oidc,
    async fromHeaders({ authorization, cookie }, ipAddress) {
      return authorization === undefined ? byCookie(cookie, ipAddress) : byBearer(bearerOf(authorization), ipAddress);
    },
    recognize({ authorization, cookie }, ipAddress) {
      const time = now();
      const key = authorization === undefined ? sessionKey(cookie) : bearerKey(authorization, time.getTime());
      const proof = key === null ? undefined : proofs.get(key);
      if (!proof?.found || proof.until <= time.getTime() || !within(proof.found, time)) return undefined;
      return { ...proof.found, ipAddress };
    },
    async fromConnectionParams(params, cookie, ipAddress) {
      const presented = fromParams(params);
      return presented === null ? byCookie(cookie, ipAddress) : byBearer(presented, ipAddress);
    },
    async revalidate(viewer) {
      if (!within(viewer, now())) return "ended";
      const found = await standings.of(viewer);
      if (found === "ok") return "ok";
      if (!found) return "ended";
      const same = found.role === viewer.role && sameInstances(found.instanceIds, viewer.instanceIds);
      return same ? "ok" : { changed: { ...viewer, role: found.role, instanceIds: found.instanceIds } };
    },
    attempt: (address, run) => failures.guard({ address }, run),
    forget(viewer) {
      standings.forget(viewer);
      if (viewer.sessionId) proofs.delete(`session/${viewer.sessionId}`);
      else proofs.clear();
    },
  };
}

type Rights = Pick<Viewer, "role" | "instanceIds">;

/** Looks up many viewers in one round trip: those asked about in the same turn of the event loop go together. */
function createStandings(db: Db, now: () => Date) {
  const known = new Map<string, { rights: Promise<Rights | "ok" | null>; until: number }>();
  let waiting: { viewer: Viewer; resolve: (rights: Rights | null) => void; reject: (error: unknown) => void }[] = [];

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = [];
    try {
      const sessions = await readSessions(
        db,
        batch.flatMap(({ viewer }) => viewer.sessionId ?? []),
        now(),
      );
      const tokens = await readTokens(
        db,
        batch.flatMap(({ viewer }) => tokenIdOf(viewer) ?? []),
        now(),
      );
      for (const { viewer, resolve } of batch) {
        resolve((viewer.sessionId ? sessions.get(viewer.sessionId) : tokens.get(tokenIdOf(viewer)!)) ?? null);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return {
    of(viewer: Viewer): Promise<Rights | "ok" | null> {
      // A JWT holds until it expires; `system` always.
      if (!viewer.sessionId && tokenIdOf(viewer) === null) return Promise.resolve("ok");
      const key = keyOf(viewer);
      const time = now().getTime();
      const cached = known.get(key);
      if (cached && cached.until > time) return cached.rights;
      const rights = new Promise<Rights | null>((resolve, reject) => {
        if (waiting.push({ viewer, resolve, reject }) === 1) setImmediate(flush);
      });
      rights.catch(() => known.delete(key));
      remember(known, key, { rights, until: time + STANDING_MS });
      return rights;
    },
    forget: (viewer: Viewer) => void known.delete(keyOf(viewer)),
  };
}

async function readTokens(db: Db, ids: readonly number[], now: Date): Promise<Map<number, Rights>> {
  if (ids.length === 0) return new Map();
  const { id, role, instanceIds, expiresAt, revokedAt } = tables.apiTokens;
  const rows = await db
    .select({ id, role, instanceIds, expiresAt, revokedAt })
    .from(tables.apiTokens)
    .where(inArray(id, [...new Set(ids)]));
  const live = rows.filter((row) => !row.revokedAt && !(row.expiresAt && row.expiresAt <= now));
  return new Map(live.map((row) => [row.id, row]));
}

const bearer = /^Bearer +([^\s]+) *$/i;

function bearerOf(header: string): string {
  const [, secret] = bearer.exec(header) ?? [];
  if (!secret) throw new UnauthenticatedError("Send the token as `Authorization: Bearer <token>`.");
  return secret;
}

/** What connection_init presents; null without credentials. */
function fromParams(params: Readonly<Record<string, unknown>> | null | undefined): string | null {
  if (!params) return null;
  const headers = typeof params.headers === "object" && params.headers !== null ? params.headers : {};
  for (const [key, value] of [...Object.entries(params), ...Object.entries(headers)]) {
    const name = key.toLowerCase();
    if (name !== "authorization" && name !== "token") continue;
    if (typeof value !== "string" || value.length > 16_384)
      throw new UnauthenticatedError(`\`${key}\` must be a string.`);
    return name === "token" && !/^Bearer /i.test(value) ? value : bearerOf(value);
  }
  return null;
}

function within(viewer: Viewer, now: Date): Viewer | null {
  return viewer.expiresAt && viewer.expiresAt <= now ? null : viewer;
}

function tokenIdOf(viewer: Viewer): number | null {
  const id = /^token\/(\d+)$/.exec(viewer.id)?.[1];
  return id ? Number(id) : null;
}

function keyOf(viewer: Viewer): string {
  return viewer.sessionId ?? viewer.id;
}

function sameInstances(left: readonly number[] | null, right: readonly number[] | null): boolean {
  if (left === null || right === null) return left === right;
  return left.length === right.length && left.every((id) => right.includes(id));
}
