import { eq } from "drizzle-orm";
import { type Db, tables } from "#db/client.ts";
import type { Instance } from "#db/tables/instances.ts";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { Credential, TokenPurpose } from "#src/connector-kit/contract/authorization.ts";
import type { Context, CredentialFacts } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import type { Core } from "#src/core.ts";
import { ProviderAuthError } from "#src/errors.ts";
import { type ClientOptions, expandHosts, expandMatches } from "#src/platform/http/outbound.ts";
import { withLease } from "./lease.ts";
import {
  forgetPurposeTokens,
  type PurposeTokenSource,
  purposeSigning,
  storedTokens,
  unstoredTokens,
} from "./purpose-tokens.ts";
import { reload } from "./row.ts";
import { refuseWithoutSandbox } from "./sandbox.ts";
import { openCredential, openSettings, sealCredential } from "./secrets.ts";

/** A credential this close to its end is renewed before it is used. */
const renewAheadMs = 5 * 60_000;

/** Who a call goes to, before there is a client for it. */
export interface Target {
  name: string;
  settings: Settings;
  components: readonly string[];
  /** Whether a sandbox made the settings. Such calls go to a sandbox or nowhere. */
  viaSandbox: boolean;
}

/** All settings of an instance, secret ones opened. */
export function settingsOf(core: Core, instance: Instance): Settings {
  return { ...instance.settings, ...openSettings(core.secrets, instance.id, instance.secretSettings) };
}

/** Context for calls before there is a credential: nothing is signed. */
export function unsignedContext(core: Core, connector: Connector, target: Target, signal?: AbortSignal): Context {
  return context(core, connector, target, { onUnauthorized: undefined, reserve: 0 }, null, signal);
}

/** Context for calls with a credential that is not stored yet (the first test of a connection). */
export function contextWith(
  core: Core,
  connector: Connector,
  credential: Credential,
  target: Target,
  signal?: AbortSignal,
): Context {
  return context(
    core,
    connector,
    target,
    {
      sign: (now, request) => connector.authorization.sign(credential, target.settings, request, now),
      onUnauthorized: undefined,
      signingFor: signingFor(
        connector,
        target.settings,
        unstoredTokens((purpose) => makeToken(core, connector, target, credential, purpose, signal)),
      ),
      reserve: 0,
    },
    factsOf(credential),
    signal,
  );
}

/**
 * Context for an instance with its stored credential. The credential is renewed ahead of its end, and once after a 401, under a
 * lease: of many workers that meet an expired one, one renews and the others take over what it stored.
 * `background` calls (scans) leave part of the provider's allowance to others; a person's do not.
 */
export function openConnection(
  core: Core,
  connector: Connector,
  instance: Instance,
  options: { background: boolean; signal?: AbortSignal },
): Context {
  const settings = settingsOf(core, instance);
  const { components, viaSandbox } = instance;
  const target = { name: instanceName(connector, instance.id), settings, components, viaSandbox };
  const kept = instance.credential === null ? null : openCredential(core.secrets, instance.id, instance.credential);
  let used: Credential | null = null;
  const current = async (): Promise<Credential> => {
    used ??= await storedCredential(core, instance.id);
    if (used.expiresAt && used.expiresAt.getTime() - core.now().getTime() < renewAheadMs)
      used = await renew(core, connector, instance.id, target, used);
    return used;
  };
  return context(
    core,
    connector,
    target,
    {
      sign: async (now, request) => connector.authorization.sign(await current(), settings, request, now),
      onUnauthorized: async () => {
        if (!used) return false;
        const refused = used;
        used = await renew(core, connector, instance.id, target, refused);
        return used.accessToken !== refused.accessToken;
      },
      signingFor: signingFor(
        connector,
        settings,
        storedTokens(core, instance.id, current, (own, purpose) =>
          makeToken(core, connector, target, own, purpose, options.signal),
        ),
      ),
      ...(options.background ? {} : { reserve: 0 }),
    },
    kept && factsOf(kept),
    options.signal,
  );
}

/** Before a test of an instance that lacked scopes: see `renewObtained`. */
export async function renewForScopes(core: Core, connector: Connector, instance: Instance): Promise<Instance> {
  return instance.missingScopes.length === 0 ? instance : renewObtained(core, connector, instance);
}

/**
 * The instance with a new credential, where one is made from settings alone: what was granted or taken away since the old one was made shows
 * in a new one only. Throws ProviderAuthError.
 */
export async function renewObtained(core: Core, connector: Connector, instance: Instance): Promise<Instance> {
  const settings = settingsOf(core, instance);
  const { obtain, interactive } = connector.authorization;
  if (instance.credential === null || !obtain || interactive(settings)) return instance;
  const { components, viaSandbox } = instance;
  const target = { name: instanceName(connector, instance.id), settings, components, viaSandbox };
  const kept = openCredential(core.secrets, instance.id, instance.credential);
  await renew(core, connector, instance.id, target, kept);
  return reload(core.db, instance.id);
}

/** Id 0: not stored yet, so the name may be of several tenants. */
export function instanceName(connector: Connector, instanceId: number): string {
  return `${connector.manifest.slug}/${instanceId}`;
}

function isUnstored(name: string): boolean {
  return name.endsWith("/0");
}

function factsOf({ scopes, extra }: Credential): CredentialFacts {
  return { ...(scopes ? { scopes } : {}), extra: extra ?? {} };
}

type Signing = Pick<ClientOptions, "sign" | "onUnauthorized" | "signingFor" | "reserve">;

function signingFor(connector: Connector, settings: Settings, source: PurposeTokenSource): Signing["signingFor"] {
  const { tokenFor, sign } = connector.authorization;
  if (!tokenFor) {
    return () => {
      throw new Error(`${connector.manifest.slug} calls http.as without authorization.tokenFor`);
    };
  }
  return purposeSigning(source, (token, request, now) => sign(token, settings, request, now));
}

/** Asks the provider for a token of another audience or person. */
async function makeToken(
  core: Core,
  connector: Connector,
  target: Target,
  credential: Credential,
  purpose: TokenPurpose,
  signal: AbortSignal | undefined,
): Promise<Credential> {
  const signing = { onUnauthorized: undefined, reserve: 0 };
  const unsigned = context(core, connector, target, signing, factsOf(credential), signal);
  const { tokenFor } = connector.authorization;
  return (tokenFor as NonNullable<typeof tokenFor>)(unsigned, credential, purpose);
}

/** The one place where a client for an app is made. Throws ProviderAuthError for a sandbox's instance without its sandbox. */
function context(
  core: Core,
  connector: Connector,
  target: Target,
  signing: Signing,
  credential: CredentialFacts | null,
  signal?: AbortSignal,
): Context {
  refuseWithoutSandbox(core, target.viaSandbox);
  const { manifest } = connector;
  return {
    http: core.outbound.client({
      name: target.name,
      baseUrl: connector.baseUrl(target.settings, credential?.extra ?? {}),
      hosts: expandHosts(manifest.hosts, target.settings, credential?.extra),
      rateLimit: manifest.rateLimit,
      rateLimits: expandMatches(manifest.rateLimits ?? [], target.settings, credential?.extra),
      sharesLimits: !isUnstored(target.name),
      mapError: connector.mapError,
      signal,
      now: core.now,
      ...signing,
    }),
    settings: target.settings,
    components: target.components,
    credential,
    now: core.now,
    signal: signal ?? new AbortController().signal,
  };
}

async function storedCredential(core: Core, instanceId: number, lock?: "update"): Promise<Credential> {
  const query = core.db
    .select({ credential: tables.instances.credential })
    .from(tables.instances)
    .where(eq(tables.instances.id, instanceId));
  const [row] = await (lock ? query.for(lock) : query);
  if (!row?.credential) throw new ProviderAuthError("There is no credential; connect the instance again.");
  return openCredential(core.secrets, instanceId, row.credential);
}

/** Renewals on their way in this process: all who were refused with the same credential wait for one, and fail with it. */
const renewals = new WeakMap<Core["outbound"], Map<string, Promise<Credential>>>();

/** Throws ProviderAuthError when the provider withdrew the grant, or when nothing can renew it. */
function renew(
  core: Core,
  connector: Connector,
  instanceId: number,
  target: Target,
  refused: Credential,
): Promise<Credential> {
  const running = renewals.get(core.outbound) ?? new Map<string, Promise<Credential>>();
  renewals.set(core.outbound, running);
  const key = `${instanceId}/${refused.accessToken}`;
  const known = running.get(key);
  if (known) return known;
  // Of many processes one asks the provider, and holds nothing of the database while it waits.
  const renewal = withLease(core, `credential/${instanceId}`, () =>
    askForCredential(core, connector, instanceId, target, refused),
  ).finally(() => running.delete(key));
  running.set(key, renewal);
  return renewal;
}

async function askForCredential(
  core: Core,
  connector: Connector,
  instanceId: number,
  target: Target,
  refused: Credential,
): Promise<Credential> {
  const stored = await storedCredential(core, instanceId);
  // Another process renewed it while we waited for the lease.
  if (stored.accessToken !== refused.accessToken) return stored;
  const { authorization } = connector;
  const unsigned = unsignedContext(core, connector, target);
  let renewed: Credential;
  if (authorization.refresh) renewed = await authorization.refresh(unsigned, stored);
  else if (authorization.obtain && !authorization.interactive(target.settings))
    renewed = await authorization.obtain(unsigned);
  else return stored;
  return core.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const now = await storedCredential({ ...core, db: tx }, instanceId, "update");
    // Reconnected while the provider was asked: that credential holds.
    if (now.accessToken !== stored.accessToken) return now;
    await writeCredential(tx, core, instanceId, renewed);
    return renewed;
  });
}

/** The credential of a new or renewed connection. */
export async function storeCredential(tx: Db, core: Core, instanceId: number, credential: Credential): Promise<void> {
  await writeCredential(tx, core, instanceId, credential);
  await forgetPurposeTokens(tx, instanceId);
}

async function writeCredential(tx: Db, core: Core, instanceId: number, credential: Credential): Promise<void> {
  await tx
    .update(tables.instances)
    .set({
      credential: sealCredential(core.secrets, instanceId, credential),
      credentialExpiresAt: credential.renewBy ?? null,
    })
    .where(eq(tables.instances.id, instanceId));
}
