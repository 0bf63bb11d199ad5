import { createHash } from "node:crypto";
import { uuidAt } from "../../generator.ts";
import { rsaKeyOf, secretOf } from "../../keys.ts";
import { formBody } from "../../kit/body.ts";
import { claimedClient } from "../../kit/client-proof.ts";
import type { OAuthClient, Reason } from "../../kit/oauth-dialect.ts";
import { assertionType, reasons } from "../../kit/oauth-dialect.ts";
import { OAuthServer } from "../../kit/oauth-server.ts";
import type { SandboxKit, SandboxRequest, SandboxResponse, Tenant } from "../../provider.ts";
import { selfSigned } from "./x509.ts";

/** Permissions of each API that an application may be granted, by the API's address. */
export type Resources = Readonly<Record<string, readonly string[]>>;

/** A token as the API sees it. */
export interface Caller {
  clientId: string;
  audience: string;
  roles: string[];
}

/** Numbers of Microsoft's sign-in errors. https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes */
const numbers: Partial<Record<Reason, [number, string]>> = {
  "unknown-client": [700016, "Application was not found in the directory."],
  "wrong-secret": [7000215, "Invalid client secret provided."],
  revoked: [7000222, "The provided client secret keys for app are expired."],
  "assertion-signature": [700027, "Client assertion failed signature validation."],
  "assertion-audience": [700021, "Client assertion application identifier doesn't match 'client_id' parameter."],
  "assertion-expired": [700024, "Client assertion is not within its valid time range."],
  "assertion-missing": [7000218, "The request body must contain client_assertion or client_secret."],
  "unsupported-grant": [70003, "The app requested an unsupported grant type."],
};

const header = Buffer.from(JSON.stringify({ typ: "JWT", alg: "RS256", kid: "sandbox" })).toString("base64url");

/**
 * The part of Microsoft Entra ID in which an application is let into a tenant and asks for tokens of its own: admin consent, client
 * credentials by secret or certificate, one API for each token.
 */
export class Entra {
  readonly tenantId: string;
  readonly #tenant: Tenant;
  readonly #resources: Resources;
  readonly #oauth: OAuthServer;
  /** Two registrations: one that an administrator has to consent to, one with a certificate that was consented to before. */
  readonly #clients: OAuthClient[];
  readonly #consented = new Set<string>();
  readonly #certificate: ReturnType<typeof selfSigned>;
  readonly #privatePem: string;

  constructor(tenant: Tenant, kit: Pick<SandboxKit, "now">, resources: Resources) {
    const { seed, createdAt } = tenant.options;
    this.tenantId = uuidAt(seed, 1, 801);
    this.#tenant = tenant;
    this.#resources = resources;
    const key = rsaKeyOf(tenant.options, "certificate");
    const from = new Date(createdAt - 86_400_000);
    const to = new Date(createdAt + 365 * 86_400_000);
    this.#certificate = selfSigned(key, { commonName: "Gatehouse", serial: seed & 0xffffff, from, to });
    this.#privatePem = key.privatePem;
    const scopes = Object.values(resources).flat();
    const secret = secretOf(tenant.options, "client secret", 40);
    this.#clients = [
      { id: clientIdOf(tenant, "secret"), name: "Gatehouse", secret, scopes },
      {
        ...{ id: clientIdOf(tenant, "certificate"), name: "Gatehouse (certificate)", scopes },
        keys: [{ publicKey: key.publicKey }],
      },
    ];
    this.#consented.add(this.#clients[1]!.id);
    this.#oauth = new OAuthServer(
      {
        tenant,
        now: () => kit.now(),
        client: (id) => this.#clients.find((client) => client.id === id.toLowerCase()),
        consenter: () => this.tenantId,
        onConsent: ({ client }) => void this.#consented.add(client),
      },
      {
        grants: ["client_credentials"],
        clientProof: "either",
        lifetimes: { accessSeconds: 3599 },
        assertion: { audiences: ({ host, path }) => [`https://${host}${path}`], maxSeconds: 600 },
        scopes: { unknown: "drop", none: "refuse" },
        adminConsented: () => ({ tenant: this.tenantId, admin_consent: "True" }),
        refuse: (reason) => refusal(reasons[reason][0], reasons[reason][1], ...(numbers[reason] ?? [90014, reason])),
      },
    );
  }

  hasClient(id: string): boolean {
    return this.#clients.some((client) => client.id === id.toLowerCase());
  }

  /** `/{tenant}/v2.0/adminconsent` */
  adminConsent(request: SandboxRequest): SandboxResponse {
    const query = new URLSearchParams(request.query);
    query.delete("scope");
    return this.#oauth.adminConsent({ ...request, query });
  }

  /** `/{tenant}/oauth2/v2.0/token` */
  token(request: SandboxRequest): SandboxResponse {
    const form = formBody(request);
    const audience = (form.get("scope") ?? "").replace(/\/\.default$/, "");
    const roles = this.#resources[audience];
    if (!roles || !form.get("scope")?.endsWith("/.default"))
      return refusal("invalid_resource", 400, 500011, `The resource principal named ${audience} was not found.`);
    const client = claimedClient(request)?.toLowerCase() ?? "";
    if (this.hasClient(client) && !this.#consented.has(client))
      return refusal("unauthorized_client", 400, 700016, `Application with identifier '${client}' was not found.`);
    if (form.get("client_assertion_type") === assertionType && !this.#namesCertificate(form.get("client_assertion")))
      return refusal(
        "invalid_client",
        401,
        700027,
        "The certificate with identifier used to sign the client assertion is not registered.",
      );
    form.set("scope", roles.join(" "));
    const answer = this.#oauth.token({ ...request, body: Buffer.from(form.toString()) });
    if (answer.status !== 200) return answer;
    const { access_token, expires_in, scope } = answer.body as {
      access_token: string;
      expires_in: number;
      scope: string;
    };
    return {
      ...answer,
      body: {
        token_type: "Bearer",
        expires_in,
        ext_expires_in: expires_in,
        access_token: this.#jwt(access_token, client, audience, scope.split(" ").filter(Boolean), expires_in),
      },
    };
  }

  /** What a token stands for that is good at this API. */
  authenticate(token: string, audience: string): Caller | undefined {
    const claims = claimsOf(token);
    const granted = typeof claims?.uti === "string" ? this.#oauth.authenticate(claims.uti) : undefined;
    if (!granted || claims?.aud !== audience) return undefined;
    return { clientId: granted.client, audience, roles: granted.scopes };
  }

  /** Withdraws the consent to an application: its tokens end. */
  withdraw(clientId: string): void {
    this.#consented.delete(clientId);
    this.#oauth.revokeGrant(clientId);
  }

  credentials(): Record<string, string> {
    const [browser, given] = this.#clients;
    return {
      tenantId: this.tenantId,
      clientId: browser!.id,
      clientSecret: browser!.secret!,
      certificateClientId: given!.id,
      certificate: this.#privatePem + this.#certificate.pem,
    };
  }

  #namesCertificate(assertion: string | null): boolean {
    try {
      const given: unknown = JSON.parse(Buffer.from((assertion ?? "").split(".")[0]!, "base64url").toString());
      return (given as { x5t?: unknown }).x5t === this.#certificate.thumbprint;
    } catch {
      return false;
    }
  }

  #jwt(inner: string, client: string, audience: string, roles: string[], seconds: number): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...{ aud: audience, iss: `https://sts.windows.net/${this.tenantId}/`, iat: now, nbf: now, exp: now + seconds },
      ...{ appid: client, idtyp: "app", roles, tid: this.tenantId, uti: inner, ver: "1.0" },
    };
    const signed = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
    return `${signed}.${createHash("sha256")
      .update(`${secretOf(this.#tenant.options, "jwt")}${signed}`)
      .digest("base64url")}`;
  }
}

/** The tenant that a call is about: of its token, of the client it names, or of the sign-in address. Nothing is believed yet. */
export function entraOf<T extends Tenant & { entra: Entra }>(
  request: SandboxRequest,
  kit: SandboxKit,
  slug: string,
): T | undefined {
  const tenants = kit.tenants(slug) as T[];
  const [, token] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const { tid, appid } = (token && claimsOf(token)) || {};
  if (tid !== undefined) return tenants.find(({ entra }) => entra.tenantId === tid && entra.hasClient(String(appid)));
  const client = claimedClient(request);
  return tenants.find(({ entra }) => client !== undefined && entra.hasClient(client));
}

/** Differs from app to app of one tenant. */
function clientIdOf({ options }: Tenant, purpose: string): string {
  return secretOf(options, `client ${purpose}`, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function claimsOf(token: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function refusal(error: string, status: number, number: number, message: string): SandboxResponse {
  return {
    status,
    headers: { "cache-control": "no-store" },
    body: { error, error_description: `AADSTS${number}: ${message}`, error_codes: [number] },
  };
}
