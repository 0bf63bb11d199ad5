import { createRemoteJWKSet, type JWTPayload, errors as joseErrors, jwtVerify } from "jose";
import * as oauth from "oauth4webapi";
import type { Role, Viewer } from "#src/access/viewer.ts";
import { UnauthenticatedError } from "#src/errors.ts";
import { instanceNumber } from "#src/query/ids.ts";

export interface OidcConfig {
  issuer: string;
  /** Of access tokens sent to the API. */
  audience: string;
  /** For signing in with the browser; without it only bearer tokens are taken. */
  clientId?: string | null;
  clientSecret?: string | null;
}

/** What a browser keeps between leaving for the provider and coming back. */
export interface PendingLogin {
  state: string;
  nonce: string;
  verifier: string;
  /** Where to go when signed in: a path of ours. */
  next: string;
}

export interface Oidc {
  canSignIn: boolean;
  /** The viewer of a bearer token. Throws UnauthenticatedError. */
  verify(token: string): Promise<Viewer>;
  /** Authorization code with PKCE: where to send the browser, and what to keep meanwhile. */
  beginLogin(redirectUri: string, next: string): Promise<{ url: string; pending: PendingLogin }>;
  /** Takes the answer. Throws UnauthenticatedError: wrong state, wrong issuer, refused, no role. */
  finishLogin(callbackUrl: URL, redirectUri: string, pending: PendingLogin): Promise<Viewer>;
}

interface Provider {
  server: oauth.AuthorizationServer;
  keys: ReturnType<typeof createRemoteJWKSet>;
  until: number;
}

/** Only signatures of the provider's key pair: never HS256 with a secret both sides know, never `none`. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const DISCOVERY_MINUTES = 60;

/** Discovers the issuer on first use and keeps its metadata for an hour; keys are fetched again when an unknown one signs. */
export function createOidc(config: OidcConfig, now: () => Date = () => new Date()): Oidc {
  const issuer = new URL(config.issuer);
  const insecure = { [oauth.allowInsecureRequests]: isLoopback(issuer) };
  let known: { server: oauth.AuthorizationServer; keys: ReturnType<typeof createRemoteJWKSet>; until: number } | null =
    null;
  let asking: Promise<Provider> | null = null;

  async function discover(): Promise<Provider> {
    if (known && known.until > Date.now()) return known;
    asking ??= discoverNow().finally(() => {
      asking = null;
    });
    try {
      return await asking;
    } catch (cause) {
      // The old answer is better than none while the provider is away.
      if (known) return known;
      throw new UnauthenticatedError("The identity provider cannot be reached, so this token cannot be checked now.", {
        cause,
      });
    }
  }

  async function discoverNow(): Promise<Provider> {
    const signal = AbortSignal.timeout(10_000);
    const response = await oauth.discoveryRequest(issuer, { ...insecure, signal });
    const server = await oauth.processDiscoveryResponse(issuer, response);
    if (!server.jwks_uri) throw new Error("The identity provider's discovery document names no jwks_uri.");
    const jwksUri = new URL(server.jwks_uri);
    if (jwksUri.protocol !== "https:" && !isLoopback(issuer)) throw new Error("jwks_uri is not https.");
    const keys = known?.server.jwks_uri === server.jwks_uri ? known.keys : createRemoteJWKSet(jwksUri);
    known = { server, keys, until: Date.now() + DISCOVERY_MINUTES * 60_000 };
    return known;
  }

  return {
    canSignIn: Boolean(config.clientId),
    async verify(token) {
      const { server, keys } = await discover();
      const payload = await verifyJwt(token, keys, { issuer: server.issuer, audience: config.audience }, now());
      return viewerOf(payload);
    },
    async beginLogin(redirectUri, next) {
      const { server } = await discover();
      if (!config.clientId || !server.authorization_endpoint)
        throw new UnauthenticatedError("Signing in with the identity provider is not set up.");
      const pending = {
        state: oauth.generateRandomState(),
        nonce: oauth.generateRandomNonce(),
        verifier: oauth.generateRandomCodeVerifier(),
        next,
      };
      const url = new URL(server.authorization_endpoint);
      const parameters = {
        client_id: config.clientId,
        redirect_uri: redirectUri,
        response_type: "code",
        scope: "openid profile email",
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: "S256",
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return { url: url.href, pending };
    },
    async finishLogin(callbackUrl, redirectUri, pending) {
      const { server, keys } = await discover();
      const client: oauth.Client = { client_id: config.clientId ?? "" };
      const proof = config.clientSecret ? oauth.ClientSecretPost(config.clientSecret) : oauth.None();
      try {
        const answer = oauth.validateAuthResponse(server, client, callbackUrl, pending.state);
        const signal = AbortSignal.timeout(10_000);
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          proof,
          answer,
          redirectUri,
          pending.verifier,
          { ...insecure, signal },
        );
        const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
          expectedNonce: pending.nonce,
          requireIdToken: true,
        });
        // Beyond what the specification asks of a direct answer: the signature too.
        const payload = await verifyJwt(
          tokens.id_token!,
          keys,
          { issuer: server.issuer, audience: client.client_id },
          now(),
        );
        return viewerOf(payload);
      } catch (cause) {
        if (cause instanceof UnauthenticatedError) throw cause;
        throw new UnauthenticatedError(refusal(cause), { cause });
      }
    },
  };
}

async function verifyJwt(
  token: string,
  keys: ReturnType<typeof createRemoteJWKSet>,
  expected: { issuer: string; audience: string },
  currentDate: Date,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      ...expected,
      algorithms: ALGORITHMS,
      requiredClaims: ["exp", "sub"],
      clockTolerance: 30,
      currentDate,
    });
    return payload;
  } catch (cause) {
    throw new UnauthenticatedError(whyRefused(cause), { cause });
  }
}

function whyRefused(cause: unknown): string {
  if (cause instanceof joseErrors.JWTExpired) return "This token has expired.";
  if (cause instanceof joseErrors.JWTClaimValidationFailed)
    return cause.claim === "aud" || cause.claim === "iss"
      ? `This token was issued for another audience or by another issuer: its "${cause.claim}" claim is not the expected one.`
      : `The token's "${cause.claim}" claim is missing or wrong.`;
  if (cause instanceof joseErrors.JWKSTimeout || !(cause instanceof joseErrors.JOSEError))
    return "The identity provider's keys cannot be read, so this token cannot be checked now.";
  return "This token's signature is not valid.";
}

function refusal(cause: unknown): string {
  if (cause instanceof oauth.AuthorizationResponseError)
    return cause.error === "access_denied"
      ? "The identity provider denied access."
      : "The identity provider refused the sign-in.";
  return "The identity provider's answer does not belong to this sign-in, or came twice. Start again.";
}

function viewerOf(payload: JWTPayload): Viewer {
  const role = roleOf(payload);
  if (!role)
    throw new UnauthenticatedError(
      'This account has no role in Gatehouse: the claim "gatehouse_role" or a role or group gatehouse-admin, gatehouse-analyst or gatehouse-viewer is needed.',
    );
  return {
    id: `oidc/${payload.sub}`,
    name: nameOf(payload),
    role,
    instanceIds: instancesOf(payload),
    sessionId: null,
    ipAddress: null,
    expiresAt: new Date(payload.exp! * 1000),
  };
}

function nameOf(payload: JWTPayload): string {
  for (const claim of ["email", "preferred_username", "name"]) {
    const value = payload[claim];
    if (typeof value === "string" && value.length > 0) return value.slice(0, 100);
  }
  return payload.sub!.slice(0, 100);
}

const roles: readonly Role[] = ["ADMIN", "ANALYST", "VIEWER"];

/** `gatehouse_role` decides when it is there; else the highest among `roles`, `groups` and Keycloak's `realm_access.roles`. */
function roleOf(payload: JWTPayload): Role | null {
  const named = payload.gatehouse_role;
  if (named !== undefined) return roles.find((role) => typeof named === "string" && toRole(named) === role) ?? null;
  const realm = payload.realm_access as { roles?: unknown } | undefined;
  const held = [payload.roles, payload.groups, realm?.roles].flatMap((claim) => (Array.isArray(claim) ? claim : []));
  return roles.find((role) => held.includes(`gatehouse-${role.toLowerCase()}`)) ?? null;
}

function toRole(text: string): string {
  return text.toUpperCase().replace(/^GATEHOUSE-/, "");
}

/** Optional `gatehouse_instances`: instances by number or by their id in the API. Anything else there is refused, not read as "all". */
function instancesOf(payload: JWTPayload): number[] | null {
  const claim = payload.gatehouse_instances;
  if (claim === undefined || claim === null) return null;
  const ids = Array.isArray(claim) ? claim.map((each) => instanceNumber(String(each))) : [null];
  if (ids.includes(null))
    throw new UnauthenticatedError('The claim "gatehouse_instances" must be a list of instance numbers or ids.');
  return ids as number[];
}

function isLoopback(url: URL): boolean {
  return ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
}
