/**
 * OAuth 2.0 for authorization.ts of a connector: https://www.rfc-editor.org/rfc/rfc6749. Requests go through `context.http`, which guards
 * them and hides secrets; oauth4webapi brings a fetch of its own and refuses what real providers answer (200 with an error, tokens inside
 * other objects).
 */
import {
  ProviderAuthError,
  type ProviderError,
  ProviderRequestError,
  ProviderScopeError,
  ProviderUnavailableError,
} from "#src/errors.ts";
import { providerMessage, secretsIn } from "#src/platform/http/redact.ts";
import { type Assertion, type SigningKey, signAssertion } from "./assertion.ts";
import type { AuthorizationAnswer, AuthorizationRequest, Credential } from "./contract/authorization.ts";
import type { Context } from "./contract/context.ts";
import { type CredentialRules, credentialOf } from "./credential.ts";
import { isObject, type Json, needObject, objectOf, textOf } from "./record.ts";

/** What is sent. `fields` of the functions below are added to what the grant needs; one that is undefined takes away what would be sent. */
export type Fields = Readonly<Record<string, string | undefined>>;

/** A client as its provider's token endpoint wants it. */
export interface OAuthClient {
  /** In messages: `Acme CRM`. */
  provider: string;
  /** Absolute, or relative to the connector's base URL. */
  tokenUrl: string;
  /** Empty: not sent (a bearer assertion names its issuer itself). */
  clientId: string;
  clientSecret?: string | undefined;
  /**
   * How the client authenticates: `body` (default) sends id and secret as fields, `basic` as a header; `none` sends the id alone; a
   * function makes the assertion of private_key_jwt, see `privateKeyJwt`.
   */
  authentication?: "body" | "basic" | "none" | ((now: Date) => Promise<string>);
  /** How the fields are sent: as a form (default), as JSON, or in the query of a GET. */
  encoding?: "form" | "json" | "query";
  headers?: Readonly<Record<string, string>>;
  /** Where in the answer the token is, when not at its top: `({ authed_user }) => authed_user`. */
  tokenIn?: (answer: Json) => unknown;
  /**
   * Our words for error codes where the provider's own do not help: `{ redirect_uri_mismatch: "the OAuth app has another callback URL" }`.
   */
  reasons?: Readonly<Record<string, string>>;
  /** Error codes by which this provider refuses scopes, beside those of RFC 6749. */
  scopeErrors?: readonly string[];
  /** `provider`: refusals do not have the shape of RFC 6749, the connector's `mapError` reads them. Default `oauth`. */
  errors?: "oauth" | "provider";
  /** See CredentialRules. */
  lifetimeSeconds?: number;
  extra?: readonly string[];
}

/**
 * Where the browser goes for consent. Default scopes: those of the request, parted by spaces. `parameters` are added; one that is
 * undefined takes away what would be sent (`{ response_type: undefined }`).
 */
export function authorizationUrl(
  endpoint: string,
  clientId: string,
  request: AuthorizationRequest,
  options: {
    pkce?: boolean;
    scopes?: readonly string[];
    separator?: " " | ",";
    parameters?: Readonly<Record<string, string | undefined>>;
  } = {},
): URL {
  const { pkce = true, scopes = request.scopes, separator = " ", parameters = {} } = options;
  const url = new URL(endpoint);
  const all: Record<string, string | undefined> = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: request.redirectUri,
    scope: scopes.length > 0 ? scopes.join(separator) : undefined,
    state: request.state,
    ...(pkce ? { code_challenge: request.codeChallenge, code_challenge_method: "S256" } : {}),
    ...parameters,
  };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

/**
 * The credential for a consent. `adminConsent` makes it where the provider sends no code after an admin's consent;
 * without it a missing code is a ProviderAuthError. Throws ProviderAuthError when the code is refused.
 */
export async function exchangeCode(
  context: Context,
  client: OAuthClient,
  { code, redirectUri, codeVerifier, parameters }: AuthorizationAnswer,
  options: {
    pkce?: boolean;
    adminConsent?: (parameters: Readonly<Record<string, string>>) => Promise<Credential>;
    fields?: Fields;
  } = {},
): Promise<Credential> {
  if (code === null) {
    if (options.adminConsent && !parameters.error) return await options.adminConsent(parameters);
    const said = providerMessage(parameters);
    throw new ProviderAuthError(`${client.provider} sent no authorization code${said ? `: ${said}` : "."}`);
  }
  return await requestToken(context, client, {
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUri,
    ...((options.pkce ?? true) ? { code_verifier: codeVerifier } : {}),
    ...options.fields,
  });
}

/**
 * A new access token; a new refresh token replaces the old one, and without one the old is kept. Never repeated by itself: a
 * rotating refresh token works once. Throws ProviderAuthError when there is none, or when it is refused.
 */
export async function refreshToken(
  context: Context,
  client: OAuthClient,
  credential: Credential,
  fields: Fields = {},
): Promise<Credential> {
  if (!credential.refreshToken) throw new ProviderAuthError(`${client.provider} gave no refresh token: sign in again.`);
  const form = { grant_type: "refresh_token", refresh_token: credential.refreshToken, ...fields };
  return await requestToken(context, client, form, { earlier: credential });
}

/** `fields` for what providers add (whose token it is) or replace (another `grant_type`). */
export async function clientCredentials(
  context: Context,
  client: OAuthClient,
  options: { scopes?: readonly string[]; fields?: Fields } = {},
): Promise<Credential> {
  const scope: Fields = options.scopes?.length ? { scope: options.scopes.join(" ") } : {};
  return await requestToken(
    context,
    client,
    { grant_type: "client_credentials", ...scope, ...options.fields },
    { retry: true },
  );
}

/**
 * Trades an assertion for a token: https://www.rfc-editor.org/rfc/rfc7523#section-2.1. The client itself authenticates only where it has a
 * secret.
 */
export async function jwtBearer(
  context: Context,
  client: OAuthClient,
  key: SigningKey,
  assertion: Assertion,
  fields: Fields = {},
): Promise<Credential> {
  const form = {
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: await signAssertion(key, assertion, context.now()),
    ...fields,
  };
  return await requestToken(context, client, form, { retry: true });
}

/** For `authentication`: the client proves itself with its key instead of a secret. https://www.rfc-editor.org/rfc/rfc7523#section-2.2 */
export function privateKeyJwt(
  key: SigningKey,
  clientId: string,
  audience: string,
  more: Partial<Assertion> = {},
): (now: Date) => Promise<string> {
  return (now) => signAssertion(key, { issuer: clientId, subject: clientId, audience, ...more }, now);
}

/**
 * One request to the token endpoint, for grants that have no function of their own.
 * Throws ProviderAuthError (invalid_grant, invalid_client and whatever else only an admin can mend), ProviderScopeError (invalid_scope and
 * the like, with the scopes asked for), ProviderRequestError (invalid_request), ProviderUnavailableError (temporarily_unavailable, and what
 * is no answer of a token endpoint: the web page of a firewall or proxy), ProviderResponseError without a token.
 */
export async function requestToken(
  context: Context,
  client: OAuthClient,
  grant: Fields,
  options: Pick<CredentialRules, "earlier"> & { retry?: boolean } = {},
): Promise<Credential> {
  const { fields, headers } = await authenticated(client, grant, context.now());
  const { encoding = "form", errors = "oauth" } = client;
  const { status, body } = await context.http.request({
    method: encoding === "query" ? "GET" : "POST",
    url: client.tokenUrl,
    ...(encoding === "query" ? { query: fields } : encoding === "json" ? { json: fields } : { form: fields }),
    headers: { ...client.headers, ...headers },
    sign: false,
    retry: options.retry ?? false,
    ...(errors === "oauth" ? { allow: [400, 401, 403] } : {}),
  });
  if (errors === "oauth" && (status >= 400 || textOf(objectOf(body).error)))
    throw refusalOf(client, status, body, { ...fields, ...headers });
  const answer = needObject(body, "$");
  return credentialOf(client.tokenIn ? client.tokenIn(answer) : answer, context.now(), {
    earlier: options.earlier,
    lifetimeSeconds: client.lifetimeSeconds,
    extra: client.extra,
  });
}

async function authenticated(
  client: OAuthClient,
  grant: Fields,
  now: Date,
): Promise<{ fields: Record<string, string>; headers: Record<string, string> }> {
  const { clientId: client_id, clientSecret: client_secret = "", authentication = "body" } = client;
  if (authentication === "basic") {
    // Not form-encoded first, as RFC 6749 has it: what is known to work sends the pair as it is.
    const pair = Buffer.from(`${client_id}:${client_secret}`).toString("base64");
    return { fields: present(grant), headers: { authorization: `Basic ${pair}` } };
  }
  const proof: Record<string, string> =
    typeof authentication === "function"
      ? {
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          client_assertion: await authentication(now),
        }
      : authentication === "body" && client_secret !== ""
        ? { client_secret }
        : {};
  return { fields: present({ ...(client_id ? { client_id } : {}), ...proof, ...grant }), headers: {} };
}

function present(fields: Fields): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined),
  );
}

const scopeErrors = new Set(["invalid_scope", "invalid_target", "invalid_resource", "insufficient_scope"]);
const requestErrors = new Set(["invalid_request", "unsupported_grant_type", "unsupported_response_type"]);
const outages = new Set(["temporarily_unavailable", "server_error", "slow_down", "rate_limit_exceeded"]);

function refusalOf(
  { provider, reasons, scopeErrors: own }: OAuthClient,
  status: number,
  body: unknown,
  sent: Readonly<Record<string, string>>,
): ProviderError {
  const code = textOf(objectOf(body).error) ?? "";
  // Something in between answered, not the token endpoint: it has not refused anything. Only a 401 is unmistakable without a reason.
  if (!isObject(body) && status !== 401)
    return new ProviderUnavailableError(`${provider} answered the sign-in with ${status} and no reason.`, { status });
  const said =
    (reasons && Object.hasOwn(reasons, code) ? reasons[code] : undefined) ?? providerMessage(body, secretsIn(sent));
  const message = `${provider} refused the sign-in${said ? `: ${said.replace(/\.$/, "")}` : ""}.`;
  if (outages.has(code)) return new ProviderUnavailableError(message, { status });
  if (scopeErrors.has(code) || own?.includes(code))
    return new ProviderScopeError(message, (sent.scope ?? "").split(" ").filter(Boolean), { status });
  if (requestErrors.has(code) && status !== 401) return new ProviderRequestError(message, { status });
  return new ProviderAuthError(message, { status });
}
