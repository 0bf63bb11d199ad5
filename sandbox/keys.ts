import type { KeyObject } from "node:crypto";
import { checkPrimeSync, createHash, createPrivateKey, createPublicKey } from "node:crypto";
import type { TenantOptions } from "./provider.ts";

/**
 * Secrets and keys of a tenant, derived from its options: a sandbox started again has the same ones, so a client that
 * stored them can go on. That also makes them worthless anywhere else.
 */
export function secretOf(options: TenantOptions, purpose: string, length = 40): string {
  let text = "";
  for (let block = 0; text.length < length; block++) {
    text += createHash("sha256")
      .update(`${options.provider}/${options.name}/${options.seed}/${purpose}/${block}`)
      .digest("hex");
  }
  return text.slice(0, length);
}

export interface RsaKey {
  /** PKCS #8 */
  privatePem: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

const cache = new Map<string, RsaKey>();

/** A 2048-bit RSA key, the same for the same tenant and purpose. Slow the first time (about 0.1 s). */
export function rsaKeyOf(options: TenantOptions, purpose: string): RsaKey {
  const source = secretOf(options, purpose, 64);
  let key = cache.get(source);
  if (!key) {
    key = makeKey(source);
    cache.set(source, key);
  }
  return key;
}

const e = 65537n;

function makeKey(source: string): RsaKey {
  const p = primeFrom(`${source}/p`);
  const q = primeFrom(`${source}/q`);
  const d = inverse(e, (p - 1n) * (q - 1n));
  const jwk = {
    kty: "RSA",
    n: base64(p * q),
    e: base64(e),
    d: base64(d),
    p: base64(p),
    q: base64(q),
    dp: base64(d % (p - 1n)),
    dq: base64(d % (q - 1n)),
    qi: base64(inverse(q, p)),
  };
  const privateKey = createPrivateKey({ key: jwk, format: "jwk" });
  return {
    privateKey,
    publicKey: createPublicKey(privateKey),
    privatePem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** The first prime of 1024 bits after a number made from the text; its two highest bits are set so that p·q has 2048. */
function primeFrom(text: string): bigint {
  let digits = "";
  for (let block = 0; block < 4; block++) digits += createHash("sha256").update(`${text}/${block}`).digest("hex");
  let candidate = BigInt(`0x${digits}`) | (3n << 1022n) | 1n;
  while ((candidate - 1n) % e === 0n || !checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}

function inverse(a: bigint, modulus: bigint): bigint {
  let [r0, r1] = [a % modulus, modulus];
  let [x0, x1] = [1n, 0n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [x0, x1] = [x1, x0 - quotient * x1];
  }
  return ((x0 % modulus) + modulus) % modulus;
}

function base64(number: bigint): string {
  const digits = number.toString(16);
  return Buffer.from(digits.length % 2 ? `0${digits}` : digits, "hex").toString("base64url");
}
