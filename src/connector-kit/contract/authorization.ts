import type { Signature, Unsigned } from "#src/platform/http/prepare.ts";
import type { TokenPurpose } from "#src/platform/http/purpose.ts";
import type { Context } from "./context.ts";
import type { CapabilityKind } from "./kinds.ts";
import type { Settings } from "./manifest.ts";

export type { TokenPurpose } from "#src/platform/http/purpose.ts";

/** A credential as it is kept (encrypted). */
export interface Credential {
  accessToken: string;
  refreshToken?: string;
  tokenType?: string;
  expiresAt?: Date;
  /** Scopes that the provider reports as granted; undefined if it does not report them. */
  scopes?: string[];
  /** When an admin must renew by hand (refresh token or typed-in token ends). */
  renewBy?: Date;
  /** What the connector needs beside the token and learns only at sign-in: an instance URL, an account id. */
  extra?: Record<string, string>;
}

export interface AuthorizationRequest {
  redirectUri: string;
  state: string;
  codeChallenge: string;
  /** The scopes of all streams and actions that these settings and components allow, each once, in the manifest's order. */
  scopes: readonly string[];
}
export interface AuthorizationAnswer {
  /** Null: the provider sent none. With an admin's consent that may be no failure: the connector judges by `parameters`. */
  code: string | null;
  redirectUri: string;
  codeVerifier: string;
  /** All query parameters of the callback. */
  parameters: Record<string, string>;
}

/** Before there is a credential: the HTTP client signs nothing. */
export interface Authorization {
  /**
   * True when these settings need a person to consent in a browser (`authorize` and `exchange` are used),
   * false when `obtain` makes the credential from the settings alone.
   */
  interactive: (settings: Settings) => boolean;
  authorize?: (settings: Settings, request: AuthorizationRequest) => URL;
  /**
   * The issuer identifier of the authorization server: compared, character by character, with `iss` of its answer if there is one
   * (https://www.rfc-editor.org/rfc/rfc9207). Absent: `iss` must have the origin of the consent page.
   */
  issuer?: (settings: Settings) => string;
  /** Throws ProviderAuthError when the code is refused or missing. */
  exchange?: (context: Context, answer: AuthorizationAnswer) => Promise<Credential>;
  obtain?: (context: Context) => Promise<Credential>;
  /** Called under a row lock before `expiresAt`, or once after a 401. Absent: `obtain` is called again, or the credential cannot be renewed. Throws ProviderAuthError when withdrawn. */
  refresh?: (context: Context, credential: Credential) => Promise<Credential>;
  /**
   * Makes the token behind `context.http.as(purpose)` from the instance's own credential, which is fresh. The context signs nothing. The token
   * is kept sealed until it expires or is refused, and made again under a lock. Throws ProviderAuthError when withdrawn, ProviderScopeError when this audience or person is not allowed.
   */
  tokenFor?: (context: Context, credential: Credential, purpose: TokenPurpose) => Promise<Credential>;
  /**
   * Headers and query parameters that sign one request. Sees the request as it will be sent, so that a signature may cover method, URL,
   * headers and body. Called again for each repeat. `credential` is that of `tokenFor` for calls of `http.as(…)`.
   */
  sign: (credential: Credential, settings: Settings, request: Unsigned, now: Date) => Signature | Promise<Signature>;
}

export interface ConnectionTest {
  /** The provider's own id of the tenant. */
  externalAccountId: string;
  accountName: string;
  /** Scopes that are missing for what the connector could do; streams and actions needing them are off. */
  missingScopes: string[];
  /**
   * Domains of the organisation, where the provider states them: people of other domains are outside it. An ADMIN can add to them. Absent:
   * as they were known before. While none is known, files are shared as the connector reports it.
   */
  domains?: readonly string[];
  /** Capabilities that the licence or mode takes away, with the reason. */
  unavailable?: Partial<Record<CapabilityKind, string>>;
}
