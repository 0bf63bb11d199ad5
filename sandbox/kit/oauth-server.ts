import { createHash, randomBytes } from "node:crypto";
import type { SandboxRequest, SandboxResponse, Tenant } from "../provider.ts";
import type { Claims } from "../tokens.ts";
import { openToken, sealToken } from "../tokens.ts";
import { missesScope } from "../trouble.ts";
import { parametersOf } from "./body.ts";
import { ClientProof, issuerOf, Refused } from "./client-proof.ts";
import { consentPage, consentParameters, htmlPage, redirectBack } from "./consent-page.ts";
import type { Granted, OAuthClient, OAuthDialect } from "./oauth-dialect.ts";
import { grantTypes, refusalOf, standardAnswer } from "./oauth-dialect.ts";

export interface OAuthHost {
  tenant: Pick<Tenant, "options" | "faults">;
  /** Epoch ms. */
  now(): number;
  /** Undefined for an app that does not exist or is switched off. */
  client(id: string): OAuthClient | undefined;
  /** Id of the person who clicks on the consent page. */
  consenter(): string;
  /** Called when a person has allowed an app. */
  onConsent?(granted: Granted): void;
}

/**
 * The authorization server of one tenant. Codes and tokens are sealed rather than stored, so they outlive a restart;
 * what has been used or revoked is kept and is forgotten with the process.
 * https://www.rfc-editor.org/rfc/rfc6749, 7523 (assertions), 7636 (PKCE), 7009 (revocation)
 */
export class OAuthServer {
  readonly #host: OAuthHost;
  readonly #dialect: OAuthDialect;
  readonly #proof: ClientProof;
  /** Ids of codes, rotated refresh tokens, and tokens of clients that were revoked one by one. */
  readonly #used = new Set<string>();
  readonly #revokedGrants = new Set<string>();
  readonly #adminConsented = new Set<string>();

  constructor(host: OAuthHost, dialect: OAuthDialect) {
    this.#host = host;
    this.#dialect = dialect;
    this.#proof = new ClientProof(host, dialect);
  }

  /** The authorization endpoint, GET and POST: shows the consent page, then redirects with a code or a denial. */
  authorize(request: SandboxRequest): SandboxResponse {
    return this.#askConsent(request, (client, parameters, redirectUri): Record<string, string> => {
      const challenge = parameters.get("code_challenge") ?? "";
      if (this.#dialect.pkce === "required" && !challenge)
        return { error: "invalid_request", error_description: "code_challenge is required" };
      const granted = {
        client: client.id,
        subject: this.#host.consenter(),
        scopes: this.#scopesFor(client, parameters.get(this.#dialect.scopeParameter ?? "scope")),
        grant: newId(),
      };
      this.#host.onConsent?.(granted);
      return {
        code: this.#seal("code", "", granted, this.#dialect.lifetimes.codeSeconds ?? 600, { redirectUri, challenge }),
      };
    });
  }

  /** The page on which an administrator lets an app in for the whole tenant, as Entra has it: no code, the app asks for tokens by itself. */
  adminConsent(request: SandboxRequest): SandboxResponse {
    return this.#askConsent(request, (client) => {
      this.#adminConsented.add(client.id);
      this.#host.onConsent?.({ client: client.id, subject: client.id, scopes: client.scopes, grant: client.id });
      this.#revokedGrants.delete(client.id);
      return this.#dialect.adminConsented?.(client) ?? { admin_consent: "True" };
    });
  }

  /** The token endpoint. */
  token(request: SandboxRequest): SandboxResponse {
    try {
      return this.#issue(this.#granted(request));
    } catch (error) {
      if (error instanceof Refused) return refusalOf(this.#dialect, error.reason);
      throw error;
    }
  }

  /** The revocation endpoint: ends the grant the token came from. Unknown tokens are fine (RFC 7009, 2.2). */
  revoke(request: SandboxRequest): SandboxResponse {
    try {
      const client = this.#proof.clientOf(request);
      const token = parametersOf(request).get("token") ?? "";
      const claims = this.#open("refresh", token) ?? this.#open("access", token);
      if (claims?.client !== client.id) return { status: 200 };
      // The grant of client credentials is the client itself: it may ask again.
      if (claims.grant === client.id) this.#used.add(claims.id);
      else this.revokeGrant(String(claims.grant));
      return { status: 200 };
    } catch (error) {
      if (error instanceof Refused) return refusalOf(this.#dialect, error.reason);
      throw error;
    }
  }

  /** Ends every token of a grant; that of client credentials is named by the client id. */
  revokeGrant(grant: string): void {
    this.#revokedGrants.add(grant);
    this.#adminConsented.delete(grant);
  }

  /** The refresh token of a grant where one is kept for ever: the same each time, also before anybody asked. */
  refreshTokenOf(granted: Granted): string {
    const { refreshPrefix = "", lifetimes } = this.#dialect;
    return this.#seal("refresh", refreshPrefix, granted, lifetimes.refreshSeconds, { id: granted.grant });
  }

  /** What a live access token stands for. */
  authenticate(token: string): Granted | undefined {
    const claims = this.#open("access", token);
    if (!claims || this.#used.has(claims.id) || this.#isRevoked(claims) || this.#hasExpired(claims)) return undefined;
    return this.#host.client(String(claims.client)) && grantedOf(claims);
  }

  #askConsent(
    request: SandboxRequest,
    allow: (client: OAuthClient, parameters: URLSearchParams, redirectUri: string) => Record<string, string>,
  ): SandboxResponse {
    const parameters = consentParameters(request);
    const client = this.#host.client(parameters.get("client_id") ?? "");
    if (!client) return htmlPage(400, "Unknown app", "<p>There is no app with this client_id.</p>");
    const redirectUri = parameters.get("redirect_uri") ?? client.redirectUris?.[0] ?? "";
    if (!URL.canParse(redirectUri) || client.redirectUris?.includes(redirectUri) === false)
      return htmlPage(400, "Wrong address", "<p>The redirect_uri is not registered for this app.</p>");
    const state = parameters.get("state");
    const decision = this.#host.tenant.faults.denyConsent ? "deny" : parameters.get("decision");
    if (decision === "deny")
      return redirectBack(redirectUri, {
        error: "access_denied",
        error_description: "The person denied the request.",
        state,
      });
    if (request.method === "POST" && decision === "allow")
      return redirectBack(redirectUri, { ...allow(client, parameters, redirectUri), state });
    return consentPage(parameters, {
      title: `Allow ${client.name}`,
      app: client.name,
      tenant: this.#host.tenant.options.name,
      scopes: this.#scopesFor(client, parameters.get(this.#dialect.scopeParameter ?? "scope")),
    });
  }

  #granted(request: SandboxRequest): Granted {
    const form = parametersOf(request);
    const type = form.get("grant_type") ?? this.#dialect.defaultGrant;
    if (!this.#dialect.grants.some((one) => one === type)) throw new Refused("unsupported-grant");
    // The assertion of a JWT bearer proves the client by itself.
    if (type === grantTypes.jwtBearer) return this.#bearerGrant(request, form);
    const client = this.#proof.clientOf(request);
    if (type === grantTypes.code) return this.#codeGrant(client, form);
    if (type === grantTypes.refresh) return this.#refreshGrant(client, form);
    if (this.#host.tenant.faults.revoked || this.#revokedGrants.has(client.id)) throw new Refused("revoked");
    if (this.#dialect.needsAdminConsent && !this.#adminConsented.has(client.id)) throw new Refused("not-consented");
    const { clientSubject = () => client.id } = this.#dialect;
    const subject = clientSubject(form, client);
    if (subject === undefined) throw new Refused("subject-unknown");
    return { client: client.id, subject, scopes: this.#requestedScopes(client, form), grant: client.id };
  }

  #codeGrant(client: OAuthClient, form: URLSearchParams): Granted {
    const claims = this.#open("code", form.get("code") ?? "");
    if (claims?.client !== client.id) throw new Refused("code-unknown");
    if (this.#used.has(claims.id)) {
      // A code that comes twice may have been stolen: what the first one brought ends, too (RFC 6749, 4.1.2).
      this.revokeGrant(String(claims.grant));
      throw new Refused("code-used");
    }
    if (this.#hasExpired(claims)) throw new Refused("code-expired");
    if (claims.redirectUri !== (form.get("redirect_uri") ?? claims.redirectUri)) throw new Refused("redirect-mismatch");
    const verifier = form.get("code_verifier") ?? "";
    if (claims.challenge !== "" && createHash("sha256").update(verifier).digest("base64url") !== claims.challenge)
      throw new Refused("verifier-wrong");
    this.#used.add(claims.id);
    return grantedOf(claims);
  }

  #refreshGrant(client: OAuthClient, form: URLSearchParams): Granted {
    const claims = this.#open("refresh", form.get("refresh_token") ?? "");
    if (claims?.client !== client.id || this.#isRevoked(claims) || this.#hasExpired(claims))
      throw new Refused("refresh-unknown");
    if (this.#used.has(claims.id)) throw new Refused("refresh-used");
    if (this.#dialect.refresh === "rotate") this.#used.add(claims.id);
    return grantedOf(claims);
  }

  #bearerGrant(request: SandboxRequest, form: URLSearchParams): Granted {
    const text = form.get("assertion") ?? "";
    const client = this.#host.client(String(issuerOf(text)));
    if (!client) throw new Refused("unknown-client");
    const { claims } = this.#proof.check(client, text, request);
    if (this.#host.tenant.faults.revoked) throw new Refused("revoked");
    const subject = this.#dialect.subjectOf?.(claims as Record<string, unknown>);
    if (subject === undefined) throw new Refused("subject-unknown");
    const asked = (claims as Record<string, unknown>).scope;
    if (typeof asked === "string") form.set("scope", asked);
    return { client: client.id, subject, scopes: this.#requestedScopes(client, form), grant: client.id };
  }

  #requestedScopes(client: OAuthClient, form: URLSearchParams): string[] {
    const asked = wordsOf(form.get("scope"));
    if (asked.length === 0 && this.#dialect.scopes.none === "refuse") throw new Refused("no-scope");
    if (this.#dialect.scopes.unknown === "refuse" && asked.some((scope) => !this.#holds(client, scope)))
      throw new Refused("unknown-scope");
    return this.#scopesFor(client, form.get("scope"));
  }

  #scopesFor(client: OAuthClient, asked: string | null): string[] {
    const words = wordsOf(asked);
    return (words.length === 0 ? client.scopes : words).filter((scope) => this.#holds(client, scope));
  }

  #holds(client: OAuthClient, scope: string): boolean {
    return client.scopes.includes(scope) && !missesScope(this.#host.tenant, scope);
  }

  #issue(granted: Granted): SandboxResponse {
    const { lifetimes, refresh, grants, tokenPrefix = "", refreshPrefix = "", answer } = this.#dialect;
    const refreshable =
      refresh !== undefined &&
      refresh !== "none" &&
      granted.grant !== granted.client &&
      grants.includes(grantTypes.refresh);
    const refreshToken =
      refresh === "keep"
        ? this.refreshTokenOf(granted)
        : this.#seal("refresh", refreshPrefix, granted, lifetimes.refreshSeconds);
    const issued = {
      ...granted,
      accessToken: this.#seal("access", tokenPrefix, granted, lifetimes.accessSeconds),
      expiresInSeconds: lifetimes.accessSeconds,
      refreshToken: refreshable ? refreshToken : undefined,
    };
    return {
      status: 200,
      headers: { "cache-control": "no-store", pragma: "no-cache" },
      body: (answer ?? standardAnswer)(issued),
    };
  }

  #seal(
    kind: string,
    prefix: string,
    granted: Granted,
    lifetimeSeconds: number | undefined,
    more: Record<string, unknown> = {},
  ): string {
    const { options } = this.#host.tenant;
    const expiresAt = lifetimeSeconds === undefined ? {} : { expiresAt: this.#host.now() + lifetimeSeconds * 1000 };
    return sealToken(options, prefix, { tenant: options.name, kind, id: newId(), ...granted, ...more, ...expiresAt });
  }

  /** The claims of what this server sealed, expired or not. */
  #open(kind: "code" | "access" | "refresh", token: string): Claims | undefined {
    const { tokenPrefix = "", refreshPrefix = "" } = this.#dialect;
    const prefix = { code: "", access: tokenPrefix, refresh: refreshPrefix }[kind];
    const claims = openToken(this.#host.tenant.options, prefix, token, 0);
    return claims?.kind === kind ? claims : undefined;
  }

  #hasExpired({ expiresAt }: Claims): boolean {
    return expiresAt !== undefined && expiresAt <= this.#host.now();
  }

  #isRevoked({ grant }: Claims): boolean {
    return Boolean(this.#host.tenant.faults.revoked) || this.#revokedGrants.has(String(grant));
  }
}

function newId(): string {
  return randomBytes(8).toString("hex");
}

function grantedOf(claims: Claims): Granted {
  const { client, subject, scopes, grant } = claims as Claims & Granted;
  return { client, subject, scopes, grant };
}

function wordsOf(text: string | null): string[] {
  return (text ?? "").split(/[\s,]+/).filter(Boolean);
}
