import { type Db, rawSql } from "#db/client.ts";
import type { Credential } from "#src/connector-kit/contract/authorization.ts";
import type { Manifest, Settings } from "#src/connector-kit/contract/manifest.ts";
import type { WebhookRegistration } from "#src/connector-kit/contract/webhooks.ts";
import { type KeyRing, sealingKeyId, UnknownKeyError } from "#src/platform/secrets.ts";
import { liveSecrets } from "./sealed-columns.ts";

/** Sealing of what an instance row keeps secret; the additional data ties each value to its row and column. */
const place = (instanceId: number, column: string) => `instance/${instanceId}/${column}`;

export function sealSettings(secrets: KeyRing, instanceId: number, settings: Settings): string | null {
  return Object.keys(settings).length === 0
    ? null
    : secrets.seal(JSON.stringify(settings), place(instanceId, "secret_settings"));
}

export function openSettings(secrets: KeyRing, instanceId: number, sealed: string | null): Settings {
  return sealed === null ? {} : (JSON.parse(secrets.open(sealed, place(instanceId, "secret_settings"))) as Settings);
}

export function sealCredential(secrets: KeyRing, instanceId: number, credential: Credential): string {
  return secrets.seal(JSON.stringify(credential), place(instanceId, "credential"));
}

export function openCredential(secrets: KeyRing, instanceId: number, sealed: string): Credential {
  return readCredential(secrets.open(sealed, place(instanceId, "credential")));
}

/** `purpose`: as in the table purpose_tokens. */
export function sealPurposeToken(secrets: KeyRing, instanceId: number, purpose: string, token: Credential): string {
  return secrets.seal(JSON.stringify(token), place(instanceId, `purpose/${purpose}`));
}

export function openPurposeToken(secrets: KeyRing, instanceId: number, purpose: string, sealed: string): Credential {
  return readCredential(secrets.open(sealed, place(instanceId, `purpose/${purpose}`)));
}

function readCredential(json: string): Credential {
  const stored = JSON.parse(json) as Credential;
  return {
    ...stored,
    ...(stored.expiresAt ? { expiresAt: new Date(stored.expiresAt) } : {}),
    ...(stored.renewBy ? { renewBy: new Date(stored.renewBy) } : {}),
  };
}

export function sealWebhookSecret(secrets: KeyRing, instanceId: number, secret: string): string {
  return secrets.seal(secret, place(instanceId, "webhook_secret"));
}

export function openWebhookSecret(secrets: KeyRing, instanceId: number, sealed: string): string {
  return secrets.open(sealed, place(instanceId, "webhook_secret"));
}

export function sealRegistration(secrets: KeyRing, instanceId: number, registration: WebhookRegistration): string {
  return secrets.seal(JSON.stringify(registration), place(instanceId, "webhook_registration"));
}

export function openRegistration(
  secrets: KeyRing,
  instanceId: number,
  sealed: string | null,
): WebhookRegistration | null {
  return sealed === null
    ? null
    : (JSON.parse(secrets.open(sealed, place(instanceId, "webhook_registration"))) as WebhookRegistration);
}

/** Refuses to start without a key that stored secrets need: better than failing one instance after the other. Throws UnknownKeyError. */
export async function checkSealingKeys(db: Db, secrets: KeyRing): Promise<void> {
  for (const keyId of await keysInUse(db)) if (!secrets.keyIds.includes(keyId)) throw new UnknownKeyError(keyId);
}

/** Ids of the keys that stored secrets need. */
export async function keysInUse(db: Db): Promise<string[]> {
  const sql = rawSql(db);
  const rows = await sql<{ keyId: string }[]>`
    select distinct key_id as "keyId" from (${sql.unsafe(liveSecrets)}) s order by 1`;
  return rows.map(({ keyId }) => keyId);
}

export interface SealedFindings {
  /** Secrets that open. */
  opened: number;
  /** Of these, sealed with a key that is no longer the first. */
  older: number;
  /** Ids of keys that are missing, with how many secrets need each. */
  missingKeys: Map<string, number>;
  /** Places of secrets that were altered or moved. */
  broken: string[];
}

/** Tries to open everything that is sealed, and returns what does not open. Nothing of the contents is kept. */
export async function inspectSealed(db: Db, secrets: KeyRing): Promise<SealedFindings> {
  const sql = rawSql(db);
  const findings: SealedFindings = { opened: 0, older: 0, missingKeys: new Map(), broken: [] };
  const every = sql<{ place: string; sealed: string }[]>`select place, sealed from (${sql.unsafe(liveSecrets)}) s`;
  for await (const rows of every.cursor(200)) for (const { place, sealed } of rows) inspect(place, sealed);
  return findings;

  function inspect(place: string, sealed: string): void {
    try {
      secrets.open(sealed, place);
      findings.opened += 1;
      if (sealingKeyId(sealed) !== secrets.primaryKeyId) findings.older += 1;
    } catch (error) {
      if (error instanceof UnknownKeyError)
        findings.missingKeys.set(error.keyId, (findings.missingKeys.get(error.keyId) ?? 0) + 1);
      else findings.broken.push(place);
    }
  }
}

/** Settings for the audit log: of secret ones only that they are there. */
export function shownSettings(manifest: Manifest, settings: Settings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, manifest.settings[name]?.secret ? "[redacted]" : value]),
  );
}

/** Settings as columns: secret ones sealed. */
export function splitSettings(
  core: { secrets: KeyRing },
  manifest: Manifest,
  instanceId: number,
  settings: Settings,
): { settings: Record<string, string>; secretSettings: string | null } {
  const open: Record<string, string> = {};
  const secret: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings)) (manifest.settings[name]?.secret ? secret : open)[name] = value;
  return { settings: open, secretSettings: sealSettings(core.secrets, instanceId, secret) };
}
