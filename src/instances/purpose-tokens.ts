import { createHash } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { Credential, TokenPurpose } from "#src/connector-kit/contract/authorization.ts";
import type { Core } from "#src/core.ts";
import type { Unsigned } from "#src/platform/http/outbound.ts";
import { purposeText } from "#src/platform/http/purpose.ts";
import { withLease } from "./lease.ts";
import { openCredential, openPurposeToken, sealPurposeToken } from "./secrets.ts";

/** A token this close to its end is made again before it is used. */
const renewAheadMs = 60_000;

/** The token for a purpose: one that is good and not `refused`, or a new one. */
export type PurposeTokenSource = (purpose: TokenPurpose, refused: Credential | null) => Promise<Credential>;

/** How the calls of `http.as(purpose)` are signed: with a token that is made at the first call, ahead of its end, and once after a 401. */
export function purposeSigning<Signed>(
  source: PurposeTokenSource,
  sign: (token: Credential, request: Unsigned, now: Date) => Signed,
) {
  return (purpose: TokenPurpose) => {
    let held: Credential | null = null;
    let pending: Promise<Credential> | null = null;
    const current = async (now: Date): Promise<Credential> => {
      if (held && !endsSoon(held, now)) return held;
      pending ??= source(purpose, null).finally(() => {
        pending = null;
      });
      held = await pending;
      return held;
    };
    return {
      sign: async (now: Date, request: Unsigned): Promise<Awaited<Signed>> =>
        await sign(await current(now), request, now),
      onUnauthorized: async (): Promise<boolean> => {
        if (!held) return false;
        const refused = held;
        held = await source(purpose, refused);
        return held.accessToken !== refused.accessToken;
      },
    };
  };
}

/** Tokens of a connection that is not stored yet: kept as long as its context. */
export function unstoredTokens(make: (purpose: TokenPurpose) => Promise<Credential>): PurposeTokenSource {
  return (purpose) => make(purpose);
}

/**
 * Tokens of a stored instance: of many workers that need one, one makes it and the others take over what it stored. `credential` gives the
 * instance's own, fresh; `make` calls the provider.
 */
export function storedTokens(
  core: Core,
  instanceId: number,
  credential: () => Promise<Credential>,
  make: (credential: Credential, purpose: TokenPurpose) => Promise<Credential>,
): PurposeTokenSource {
  return async (purpose, refused) => {
    const key = createHash("sha256").update(purposeText(purpose)).digest("hex");
    const kept = await readToken(core.db, core, instanceId, key, refused);
    if (kept) return kept;
    const own = await credential();
    return withLease(core, `token/${instanceId}/${key}`, async () => {
      const meanwhile = await readToken(core.db, core, instanceId, key, refused);
      if (meanwhile) return meanwhile;
      const token = await make(own, purpose);
      await core.db.transaction(async (transaction) => {
        const tx = transaction as unknown as Db;
        // Reconnected or disconnected while the provider was asked: what was made from the old credential is not kept.
        if (await isStillOwn(tx, core, instanceId, own)) await storeToken(tx, core, instanceId, key, token);
      });
      return token;
    });
  };
}

/** With a new credential, or none, tokens made from the old one end. Under the instance's lock, after its credential was written. */
export async function forgetPurposeTokens(tx: Db, instanceId: number): Promise<void> {
  await tx.delete(tables.purposeTokens).where(eq(tables.purposeTokens.instanceId, instanceId));
}

async function readToken(
  db: Db,
  core: Core,
  instanceId: number,
  key: string,
  refused: Credential | null,
): Promise<Credential | null> {
  const [row] = await db
    .select({ credential: tables.purposeTokens.credential })
    .from(tables.purposeTokens)
    .where(and(eq(tables.purposeTokens.instanceId, instanceId), eq(tables.purposeTokens.purpose, key)));
  if (!row) return null;
  const token = openPurposeToken(core.secrets, instanceId, key, row.credential);
  return token.accessToken === refused?.accessToken || endsSoon(token, core.now()) ? null : token;
}

async function isStillOwn(tx: Db, core: Core, instanceId: number, own: Credential): Promise<boolean> {
  const [row] = await tx
    .select({ credential: tables.instances.credential })
    .from(tables.instances)
    .where(eq(tables.instances.id, instanceId))
    .for("share");
  if (!row?.credential) return false;
  return openCredential(core.secrets, instanceId, row.credential).accessToken === own.accessToken;
}

async function storeToken(tx: Db, core: Core, instanceId: number, key: string, token: Credential): Promise<void> {
  const values = {
    credential: sealPurposeToken(core.secrets, instanceId, key, token),
    expiresAt: token.expiresAt ?? null,
  };
  await tx
    .insert(tables.purposeTokens)
    .values({ instanceId, purpose: key, ...values })
    .onConflictDoUpdate({ target: [tables.purposeTokens.instanceId, tables.purposeTokens.purpose], set: values });
}

function endsSoon({ expiresAt }: Credential, now: Date): boolean {
  return expiresAt !== undefined && expiresAt.getTime() - now.getTime() < renewAheadMs;
}
