import { createHash, randomBytes } from "node:crypto";
import { and, eq, gt, inArray, lte } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { Instance, InstanceStatus } from "#db/tables/instances.ts";
import { allowance } from "#src/access/allowance.ts";
import { recordAudit } from "#src/access/audit.ts";
import type { Viewer } from "#src/access/viewer.ts";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { ConnectionTest, Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { wantedScopes } from "#src/connector-kit/scopes.ts";
import { loadConnector } from "#src/connectors/index.ts";
import type { Core } from "#src/core.ts";
import { ConflictError, GatehouseError } from "#src/errors.ts";
import { sandboxed } from "#src/platform/http/outbound.ts";
import { announce } from "./announce.ts";
import { recordIntent } from "./audited.ts";
import { refuseConnectedTwice } from "./connected-twice.ts";
import { contextWith, instanceName, storeCredential, unsignedContext } from "./connection.ts";
import { consentCookieName, newConsentLink, sha256 } from "./consent-link.ts";
import { lockInstance } from "./lock.ts";
import { type ProvenConnection, proveConnection } from "./parts.ts";
import { reload } from "./row.ts";
import { splitSettings } from "./secrets.ts";
import { startInstance } from "./start.ts";

/** What an instance may be while a consent for it is under way. */
const waiting: InstanceStatus[] = ["AWAITING_AUTHORIZATION", "CONNECTING", "ERROR"];

/** A consent must be given within this time. */
const stateLifetimeMs = 10 * 60_000;

export interface Pending {
  settings: Settings;
  components: string[];
}

/**
 * Remembers what the consent is for, and makes the URL to open. `state` is used once, and bound to a browser: to the session that asked;
 * or, if an API token asked, to the first browser that opens the link that is returned. It is bound to the provider too, by a redirect
 * address of the connector's own and by the issuer, so that the code of one provider is never sent to another (RFC 9700, 4.4).
 */
export async function askConsent(
  tx: Db,
  core: Core,
  viewer: Viewer,
  connector: Connector,
  instanceId: number,
  pending: Pending,
): Promise<string> {
  const { authorize } = connector.authorization;
  if (!authorize) throw new Error(`${connector.manifest.slug} declares interactive authorization without authorize`);
  const state = randomBytes(24).toString("base64url");
  const codeVerifier = randomBytes(32).toString("base64url");
  const redirectUri = `${core.publicUrl}${callbackPath}/${connector.manifest.slug}`;
  const stateHash = sha256(state);
  const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
  const consentPage = authorize(pending.settings, {
    redirectUri,
    state,
    codeChallenge,
    scopes: wantedScopes(connector.manifest, pending.settings, pending.components),
  });
  const { href } = sandboxed(consentPage, core.sandboxUrl);
  const link = viewer.sessionId === null ? newConsentLink(core.publicUrl) : null;
  // A newer request replaces an older one of the same instance.
  await tx.delete(tables.oauthStates).where(eq(tables.oauthStates.instanceId, instanceId));
  await tx.insert(tables.oauthStates).values({
    stateHash,
    instanceId,
    codeVerifier: core.secrets.seal(codeVerifier, `oauth_state/${stateHash}/code_verifier`),
    pending: core.secrets.seal(
      JSON.stringify({ settings: pending.settings, components: pending.components }),
      `oauth_state/${stateHash}/pending`,
    ),
    redirectUri,
    issuer: connector.authorization.issuer?.(pending.settings) ?? consentPage.origin,
    sessionId: viewer.sessionId,
    ticketHash: link?.ticketHash ?? null,
    authorizationUrl: link && core.secrets.seal(href, `oauth_state/${stateHash}/authorization_url`),
    requestedBy: viewer.name,
    expiresAt: new Date(core.now().getTime() + stateLifetimeMs),
  });
  return link?.url ?? href;
}

/** Where providers send the browser back: `/oauth/callback/<connector>`. */
export const callbackPath = "/oauth/callback";

/** Refused callbacks in the audit log, for each address: anyone can call that endpoint. */
const noted = allowance(20);

export interface CallbackAnswer {
  ok: boolean;
  title: string;
  message: string;
}

/** What came back, and in which browser. */
export interface CallbackVisit {
  /** The path that was visited, of the redirect address. */
  path: string;
  parameters: Record<string, string>;
  /** Name of the session cookie, from which those of consents are made. */
  sessionCookie: string;
  cookieOf(name: string): string | null;
}

/** The provider sent the browser back. Never throws for what a browser or provider does: the answer is a page. */
export async function completeAuthorization(
  core: Core,
  visitor: Viewer,
  visit: CallbackVisit,
): Promise<CallbackAnswer> {
  const { parameters } = visit;
  const state = await takeState(core, visitor, visit);
  if (typeof state === "string") {
    if (noted(visitor.ipAddress ?? "", core.now()))
      await recordAudit(core.db, visitor, { action: "oauth.callback", result: state });
    return {
      ok: false,
      title: "This authorization link cannot be used",
      message:
        "It was used before, has expired (they last ten minutes), was requested in another browser, or was answered by another provider. Start the connection again.",
    };
  }
  const target = `instance/${state.instance.id}`;
  const connector = await loadConnector(state.instance.connectorSlug);
  if (!connector?.authorization.exchange)
    throw new Error(`no code to finish the authorization of ${state.instance.connectorSlug}`);
  if (parameters.error !== undefined) {
    await settle(
      core,
      visitor,
      state.instance,
      "Consent was not given at the provider. Request it again.",
      "AUTHORIZATION_DENIED",
    );
    return {
      ok: false,
      title: "Consent was not given",
      message: `${connector.manifest.name} reported that access was not granted. Nothing was connected; you can start again at any time.`,
    };
  }
  try {
    await recordIntent(core, visitor, { action: "oauth.callback", target });
    await setStatus(core, state.instance.id, "CONNECTING");
    const { credential, test } = await proveConsent(core, connector, state, parameters);
    await core.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      await lockInstance(tx, state.instance.id);
      refuseEnded(await reload(tx, state.instance.id));
      await refuseConnectedTwice(tx, connector.manifest, test, state.instance.id);
      refuseOtherTenant(state.instance, test);
      await tx
        .update(tables.instances)
        .set({
          ...splitSettings(core, connector.manifest, state.instance.id, state.pending.settings),
          components: state.pending.components,
        })
        .where(eq(tables.instances.id, state.instance.id));
      await storeCredential(tx, core, state.instance.id, credential);
      await recordAudit(tx, visitor, {
        action: "oauth.callback",
        target,
        after: { externalAccountId: test.externalAccountId, requestedBy: state.requestedBy },
        result: "ok",
      });
      await startInstance(tx, core, connector, state.instance.id, { ...state.pending, test });
    });
    return {
      ok: true,
      title: `${connector.manifest.name} is connected`,
      message: `${test.accountName} is connected as "${state.instance.name}". You can close this window; the first scan has begun.`,
    };
  } catch (error) {
    if (!(error instanceof GatehouseError))
      core.log.error({ err: error, instance: state.instance.id }, "authorization failed with an internal error");
    const known = error instanceof GatehouseError ? error : null;
    await settle(
      core,
      visitor,
      state.instance,
      known?.message ?? "Internal error.",
      known?.code ?? "INTERNAL_SERVER_ERROR",
    );
    return {
      ok: false,
      title: `${connector.manifest.name} could not be connected`,
      message: known?.message ?? "An internal error occurred. The log of Gatehouse has the details.",
    };
  }
}

/** An instance that was disabled or disconnected while the provider was asked stays so. */
function refuseEnded({ status }: Instance): void {
  if (status !== "DISABLED" && status !== "DISCONNECTED") return;
  throw new ConflictError(`The instance was ${status.toLowerCase()} before the consent was complete.`);
}

/** Another tenant's consent must not continue this tenant's history. */
export function refuseOtherTenant(instance: Instance, test: ConnectionTest): void {
  if (instance.externalAccountId === null || instance.externalAccountId === test.externalAccountId) return;
  throw new ConflictError(
    `This is another tenant (${test.accountName}) than the one of this instance (${instance.accountName ?? instance.externalAccountId}). Connect it as an instance of its own.`,
    { code: "OTHER_TENANT" },
  );
}

interface TakenState {
  instance: Instance;
  codeVerifier: string;
  redirectUri: string;
  pending: Pending;
  requestedBy: string;
}

/**
 * Takes the state out of the table: the second caller finds nothing. Otherwise the code for the audit log: STATE_REFUSED when it is unknown,
 * used, too old or another browser's; ISSUER_REFUSED when another provider answers. A refused one is not used up, so that a stranger cannot burn it.
 */
async function takeState(
  core: Core,
  visitor: Viewer,
  visit: CallbackVisit,
): Promise<TakenState | "STATE_REFUSED" | "ISSUER_REFUSED"> {
  const { state, iss } = visit.parameters;
  if (!state || state.length > 200) return "STATE_REFUSED";
  const { oauthStates } = tables;
  const stateHash = sha256(state);
  const now = core.now();
  await core.db.delete(oauthStates).where(lte(oauthStates.expiresAt, now));
  const [known] = await core.db.select().from(oauthStates).where(eq(oauthStates.stateHash, stateHash));
  if (!known || !isBoundTo(known, visitor, visit)) return "STATE_REFUSED";
  if (new URL(known.redirectUri).pathname !== visit.path) return "ISSUER_REFUSED";
  if (iss !== undefined && !isIssuer(iss, known.issuer)) return "ISSUER_REFUSED";
  const [row] = await core.db
    .delete(oauthStates)
    .where(and(eq(oauthStates.stateHash, stateHash), gt(oauthStates.expiresAt, now)))
    .returning();
  if (!row) return "STATE_REFUSED";
  return {
    instance: await reload(core.db, row.instanceId),
    codeVerifier: core.secrets.open(row.codeVerifier, `oauth_state/${stateHash}/code_verifier`),
    redirectUri: row.redirectUri,
    pending: JSON.parse(core.secrets.open(row.pending, `oauth_state/${stateHash}/pending`)) as Pending,
    requestedBy: row.requestedBy,
  };
}

/** Whether this is the browser whose session asked, or the one that opened the link. */
function isBoundTo(
  { sessionId, ticketHash, browserHash }: typeof tables.oauthStates.$inferSelect,
  visitor: Viewer,
  { sessionCookie, cookieOf }: CallbackVisit,
): boolean {
  if (sessionId !== null) return sessionId === visitor.sessionId;
  if (ticketHash === null || browserHash === null) return false;
  const cookie = cookieOf(consentCookieName(sessionCookie, ticketHash));
  return cookie !== null && sha256(cookie) === browserHash;
}

/** RFC 9207: compared character by character; where only the origin of the consent page is known, by that. */
function isIssuer(iss: string, expected: string | null): boolean {
  if (expected === null) return false;
  return iss === expected || (new URL(expected).origin === expected && URL.parse(iss)?.origin === expected);
}

async function proveConsent(
  core: Core,
  connector: Connector,
  state: TakenState,
  parameters: Record<string, string>,
): Promise<{ credential: Credential; test: ProvenConnection }> {
  const { id, viaSandbox } = state.instance;
  const target = { ...state.pending, name: instanceName(connector, id), viaSandbox };
  const answer = {
    code: parameters.code ?? null,
    redirectUri: state.redirectUri,
    codeVerifier: state.codeVerifier,
    parameters,
  };
  const credential = await (connector.authorization.exchange as NonNullable<Connector["authorization"]["exchange"]>)(
    unsignedContext(core, connector, target),
    answer,
  );
  return { credential, test: await proveConnection(connector, contextWith(core, connector, credential, target)) };
}

/** The attempt failed. A tenant that is connected elsewhere leaves no second row behind; otherwise the instance carries the reason and can be tried again. */
async function settle(core: Core, visitor: Viewer, instance: Instance, reason: string, code: string): Promise<void> {
  const status: InstanceStatus =
    code === "AUTHORIZATION_DENIED" && instance.connectedAt === null ? "AWAITING_AUTHORIZATION" : "ERROR";
  await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await recordAudit(tx, visitor, { action: "oauth.callback", target: `instance/${instance.id}`, result: code });
    if (code === "ALREADY_CONNECTED" && instance.connectedAt === null) {
      await tx.delete(tables.instances).where(eq(tables.instances.id, instance.id));
      return;
    }
    const rows = await tx
      .update(tables.instances)
      .set({ status, statusReason: reason })
      .where(and(eq(tables.instances.id, instance.id), inArray(tables.instances.status, waiting)))
      .returning({ id: tables.instances.id });
    if (rows.length > 0) await announce(tx, instance.id, status);
  });
}

async function setStatus(core: Core, instanceId: number, status: InstanceStatus): Promise<void> {
  await core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await tx
      .update(tables.instances)
      .set({ status })
      .where(and(eq(tables.instances.id, instanceId), inArray(tables.instances.status, waiting)));
    await announce(tx, instanceId, status);
  });
}
