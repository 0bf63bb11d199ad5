import type { KeyObject } from "node:crypto";
import type { SandboxRequest, SandboxResponse } from "../provider.ts";

export const grantTypes = {
  code: "authorization_code",
  refresh: "refresh_token",
  clientCredentials: "client_credentials",
  jwtBearer: "urn:ietf:params:oauth:grant-type:jwt-bearer",
} as const;

export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** An app that may ask for tokens. */
export interface OAuthClient {
  id: string;
  /** What the consent page calls it. */
  name: string;
  secret?: string;
  /** Keys that client assertions and JWT bearer assertions are checked with. A missing id accepts any `kid`. */
  keys?: { id?: string; publicKey: KeyObject }[];
  /** Exact addresses; without them any address is accepted. */
  redirectUris?: string[];
  /** What it may be granted. */
  scopes: string[];
}

/** Why a request for a token is refused, with the error and status of RFC 6749. */
export const reasons = {
  "unsupported-grant": ["unsupported_grant_type", 400],
  "unknown-client": ["invalid_client", 401],
  "wrong-secret": ["invalid_client", 401],
  revoked: ["invalid_client", 401],
  "assertion-missing": ["invalid_request", 400],
  "assertion-signature": ["invalid_client", 401],
  "assertion-issuer": ["invalid_client", 401],
  "assertion-audience": ["invalid_client", 401],
  "assertion-expired": ["invalid_client", 401],
  "assertion-too-long": ["invalid_client", 401],
  "assertion-replayed": ["invalid_client", 401],
  "subject-unknown": ["invalid_grant", 400],
  "no-scope": ["invalid_scope", 400],
  "unknown-scope": ["invalid_scope", 400],
  "code-unknown": ["invalid_grant", 400],
  "code-used": ["invalid_grant", 400],
  "code-expired": ["invalid_grant", 400],
  "redirect-mismatch": ["invalid_grant", 400],
  "verifier-wrong": ["invalid_grant", 400],
  "refresh-unknown": ["invalid_grant", 400],
  "refresh-used": ["invalid_grant", 400],
  "not-consented": ["unauthorized_client", 400],
} as const;

export type Reason = keyof typeof reasons;

/** What a token stands for. */
export interface Granted {
  client: string;
  /** Whose token it is: the person who consented or is impersonated, the client itself for client credentials. */
  subject: string;
  scopes: string[];
  /** Revoking a grant ends every token that came from it. */
  grant: string;
}

export interface Issued extends Granted {
  accessToken: string;
  /** Undefined: does not expire. */
  expiresInSeconds: number | undefined;
  refreshToken: string | undefined;
}

/** A provider's own way with OAuth. */
export interface OAuthDialect {
  grants: (typeof grantTypes)[keyof typeof grantTypes][];
  /** How a client proves itself: its secret in the form or by Basic, or a signed assertion. */
  clientProof: "secret" | "assertion" | "either";
  /** Default off. `required` also refuses a consent without a challenge. */
  pkce?: "off" | "optional" | "required";
  /** `keep`: the refresh token of a grant comes back unchanged. `rotate`: each refresh token works once. Default none. */
  refresh?: "none" | "keep" | "rotate";
  lifetimes: {
    /** Default 10 minutes. */
    codeSeconds?: number;
    /** Undefined: never expires. */
    accessSeconds?: number;
    /** Undefined: never expires. */
    refreshSeconds?: number;
  };
  /** Default `""`. */
  tokenPrefix?: string;
  refreshPrefix?: string;
  assertion?: {
    audiences(request: SandboxRequest): string[];
    /** How far ahead `exp` may lie. */
    maxSeconds: number;
    /** Whether a `jti` works once. Default false. */
    single?: boolean;
  };
  /** Client credentials: whose token the form asks for, by a field of the provider's own; undefined refuses. Default: the client's own. */
  clientSubject?(form: URLSearchParams, client: OAuthClient): string | undefined;
  /** JWT bearer: whose token an assertion asks for; undefined when it may not be issued. */
  subjectOf?(claims: Record<string, unknown>): string | undefined;
  /** Default `scope`. */
  scopeParameter?: string;
  /** `refuse` a scope the client does not have, or leave it out. Client credentials without a scope: `refuse` or grant `all`. */
  scopes: { unknown: "refuse" | "drop"; none: "refuse" | "all" };
  /** Client credentials work only after an administrator has consented. Default false. */
  needsAdminConsent?: boolean;
  /** Parameters of the redirect after admin consent, besides `state`. */
  adminConsented?(client: OAuthClient): Record<string, string>;
  /** The provider's sentence for a reason; the reason itself where there is none. */
  descriptions?: Partial<Record<Reason, string>>;
  /** The whole refusal, for providers that do not write RFC 6749. */
  refuse?(reason: Reason): SandboxResponse;
  /** The body of a token answer, for providers that add to RFC 6749 or write something else. */
  answer?(issued: Issued): Record<string, unknown>;
}

export function refusalOf(dialect: OAuthDialect, reason: Reason): SandboxResponse {
  if (dialect.refuse) return dialect.refuse(reason);
  const [error, status] = reasons[reason];
  return {
    status,
    headers: { "cache-control": "no-store" },
    body: { error, error_description: dialect.descriptions?.[reason] ?? reason },
  };
}

export function standardAnswer(issued: Issued): Record<string, unknown> {
  return {
    token_type: "Bearer",
    ...(issued.expiresInSeconds !== undefined && { expires_in: issued.expiresInSeconds }),
    access_token: issued.accessToken,
    scope: issued.scopes.join(" "),
    ...(issued.refreshToken !== undefined && { refresh_token: issued.refreshToken }),
  };
}
