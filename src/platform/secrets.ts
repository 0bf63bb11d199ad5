import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

/**
 * Seals secrets with the first key and opens them with whichever key sealed them.
 * `aad` ties a sealed text to its place (`instance/12/credential`): moved to another row or column, it does not open.
 */
export interface KeyRing {
  /** Id of the key that seals. */
  readonly primaryKeyId: string;
  /** Ids of all keys, the sealing one first. */
  readonly keyIds: readonly string[];
  seal(plaintext: string, aad: string): string;
  /** Throws UnknownKeyError, SealBrokenError. */
  open(sealed: string, aad: string): string;
}

/** Sealed with a key that is not in the ring: GATEHOUSE_SECRET_KEYS lacks it. */
export class UnknownKeyError extends Error {
  override readonly name = "UnknownKeyError";
  readonly keyId: string;
  constructor(keyId: string) {
    super(`The key ${keyId} is needed to open a stored secret and is not among GATEHOUSE_SECRET_KEYS.`);
    this.keyId = keyId;
  }
}

/** Altered, cut, or taken from another row. Nothing of it is returned. */
export class SealBrokenError extends Error {
  override readonly name = "SealBrokenError";
  constructor(aad: string, options?: { cause?: unknown }) {
    super(`The stored secret ${aad} was altered, or belongs to another place.`, options);
  }
}

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM. The first key seals, all of them open; each is 32 bytes. */
export function createKeyRing(keys: readonly Buffer[]): KeyRing {
  const ring = new Map<string, Buffer>();
  for (const key of keys) {
    if (key.length !== KEY_BYTES) throw new Error(`A secret key must have ${KEY_BYTES} bytes; one has ${key.length}.`);
    ring.set(keyId(key), key);
  }
  const first = ring.entries().next().value;
  if (!first) throw new Error("At least one secret key is needed.");
  const [primaryKeyId, primaryKey] = first;

  return {
    primaryKeyId,
    keyIds: [...ring.keys()],
    seal(plaintext, aad) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", primaryKey, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(boundTo(primaryKeyId, aad));
      const data = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `v1.${primaryKeyId}.${iv.toString("base64url")}.${data.toString("base64url")}`;
    },
    open(sealed, aad) {
      const { id, iv, data } = parse(sealed, aad);
      const key = ring.get(id);
      if (!key) throw new UnknownKeyError(id);
      const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(boundTo(id, aad));
      decipher.setAuthTag(data.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(data.subarray(0, -TAG_BYTES)), decipher.final()]).toString("utf8");
      } catch (cause) {
        throw new SealBrokenError(aad, { cause });
      }
    },
  };
}

/** First 8 hex digits of the key's SHA-256: names a key without telling it. */
export function keyId(key: Buffer): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 8);
}

/** Which key a stored secret was sealed with; to see what a rotation has left to do. */
export function sealingKeyId(sealed: string): string {
  return parse(sealed, "").id;
}

function parse(sealed: string, aad: string): { id: string; iv: Buffer; data: Buffer } {
  const [, id, ivText, dataText] = /^v1\.([0-9a-f]{8})\.([\w-]{16})\.([\w-]{22,})$/.exec(sealed) ?? [];
  if (!id || !ivText || !dataText) throw new SealBrokenError(aad);
  const data = Buffer.from(dataText, "base64url");
  // Base64 leaves spare bits in the last digit: one text per sealed value, so that no flipped bit goes unseen.
  if (data.toString("base64url") !== dataText) throw new SealBrokenError(aad);
  return { id, iv: Buffer.from(ivText, "base64url"), data };
}

/** The header is authenticated too. */
function boundTo(id: string, aad: string): Buffer {
  return Buffer.from(`v1.${id}.${aad}`, "utf8");
}
