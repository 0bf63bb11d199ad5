import type { KeyObject } from "node:crypto";
import { createHmac, timingSafeEqual, verify } from "node:crypto";
import { secretOf } from "./keys.ts";
import type { TenantOptions } from "./provider.ts";

/** What a token states about itself. Tokens are sealed with the tenant's secret, not stored: they outlive a restart. */
export interface Claims {
  tenant: string;
  kind: string;
  /** Makes two tokens of one moment differ. */
  id: string;
  scopes: string[];
  /** Epoch ms; absent: never. */
  expiresAt?: number;
  [more: string]: unknown;
}

export function sealToken(options: TenantOptions, prefix: string, claims: Claims): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `${prefix}${payload}.${sealOf(options, payload)}`;
}

/** Name of the tenant a token claims to be of, not yet believed. */
export function tenantNamed(token: string, prefix: string): string | undefined {
  return parse(token.slice(prefix.length).split(".")[0] ?? "")?.tenant;
}

/** The claims of a token this tenant issued; undefined when it did not, or when the token has expired. */
export function openToken(options: TenantOptions, prefix: string, token: string, now: number): Claims | undefined {
  const [payload = "", seal = ""] = token.slice(prefix.length).split(".");
  const expected = Buffer.from(sealOf(options, payload));
  const given = Buffer.from(seal);
  if (!token.startsWith(prefix) || expected.length !== given.length || !timingSafeEqual(expected, given))
    return undefined;
  const claims = parse(payload);
  return claims && (claims.expiresAt === undefined || claims.expiresAt > now) ? claims : undefined;
}

function sealOf(options: TenantOptions, payload: string): string {
  return createHmac("sha256", secretOf(options, "tokens")).update(payload).digest("base64url");
}

function parse(payload: string): Claims | undefined {
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Claims;
  } catch {
    return undefined;
  }
}

export interface Jwt {
  header: { alg?: string; kid?: string };
  claims: { iss?: unknown; sub?: string; aud?: string | string[]; exp?: number; iat?: number; jti?: string };
}

/** A JWT signed with RS256, RS384 or RS512 by this key; undefined when it is not. Times and names are the caller's to check. */
export function readJwt(text: string, publicKey: KeyObject): Jwt | undefined {
  const [header, claims, signature] = text.split(".");
  if (!header || !claims || !signature) return undefined;
  try {
    const jwt = { header: JSON.parse(decode(header)), claims: JSON.parse(decode(claims)) } as Jwt;
    const hash = { RS256: "sha256", RS384: "sha384", RS512: "sha512" }[jwt.header.alg ?? ""];
    if (!hash || !verify(hash, Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, "base64url")))
      return undefined;
    return jwt;
  } catch {
    return undefined;
  }
}

function decode(part: string): string {
  return Buffer.from(part, "base64url").toString("utf8");
}
