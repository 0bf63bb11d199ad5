import { randomBytes } from "node:crypto";
import { secretOf } from "../../keys.ts";
import type { TenantOptions } from "../../provider.ts";
import { openToken, sealToken } from "../../tokens.ts";

const codeLifetimeMs = 5 * 60_000;
export const tokenLifetimeMs = 3_600_000;

/** Looks like the JWT that Workday issues. */
const accessPrefix = "eyJ0eXAiOiJhdCtKV1QiLCJhbGciOiJSUzUxMiJ9.";

interface Code {
  redirectUri: string;
  challenge: string | null;
  expiresAt: number;
}

/** The API client registered in one tenant: authorization code grant, refresh tokens that never expire. */
export class ApiClient {
  readonly id: string;
  readonly secret: string;
  /** The one made with "Manage Refresh Tokens for Integrations", for connecting without a browser. */
  readonly refreshToken: string;
  readonly #options: TenantOptions;
  readonly #codes = new Map<string, Code>();
  /** Tokens of an earlier generation have been withdrawn. */
  readonly #generation = { access: 0, refresh: 0 };

  constructor(options: TenantOptions) {
    this.#options = options;
    this.id = Buffer.from(secretOf(options, "client id", 48), "hex").toString("base64url");
    this.secret = secretOf(options, "client secret");
    this.refreshToken = secretOf(options, "refresh token", 64);
  }

  grantCode(redirectUri: string, challenge: string | null, now: number): string {
    for (const [code, { expiresAt }] of this.#codes) if (expiresAt <= now) this.#codes.delete(code);
    const code = randomBytes(20).toString("hex");
    this.#codes.set(code, { redirectUri, challenge, expiresAt: now + codeLifetimeMs });
    return code;
  }

  /** A code works once: the second try finds nothing. */
  takeCode(code: string, now: number): Code | null {
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    return found && found.expiresAt > now ? found : null;
  }

  newRefreshToken(): string {
    return this.#seal("", "refresh");
  }

  acceptsRefreshToken(token: string, now: number): boolean {
    return token === this.refreshToken ? this.#generation.refresh === 0 : this.#isGood("", "refresh", token, now);
  }

  newAccessToken(now: number): string {
    return this.#seal(accessPrefix, "access", now + tokenLifetimeMs);
  }

  acceptsAccessToken(token: string, now: number): boolean {
    return this.#isGood(accessPrefix, "access", token, now);
  }

  expireAccessTokens(): void {
    this.#generation.access += 1;
  }

  revokeRefreshTokens(): void {
    this.#generation.refresh += 1;
    this.#generation.access += 1;
  }

  #seal(prefix: string, kind: "access" | "refresh", expiresAt?: number): string {
    const claims = {
      tenant: this.#options.name,
      kind,
      id: randomBytes(12).toString("hex"),
      scopes: [],
      generation: this.#generation[kind],
    };
    return sealToken(this.#options, prefix, expiresAt === undefined ? claims : { ...claims, expiresAt });
  }

  #isGood(prefix: string, kind: "access" | "refresh", token: string, now: number): boolean {
    const claims = openToken(this.#options, prefix, token, now);
    return claims?.kind === kind && claims.generation === this.#generation[kind];
  }
}
