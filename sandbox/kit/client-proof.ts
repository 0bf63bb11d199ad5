import type { SandboxRequest } from "../provider.ts";
import type { Jwt } from "../tokens.ts";
import { readJwt } from "../tokens.ts";
import { parametersOf } from "./body.ts";
import type { OAuthClient, OAuthDialect, Reason } from "./oauth-dialect.ts";
import { assertionType } from "./oauth-dialect.ts";

/** Refusals end the handling of a token request wherever they are found. */
export class Refused extends Error {
  readonly reason: Reason;
  constructor(reason: Reason) {
    super(reason);
    this.reason = reason;
  }
}

/** How the clients of one authorization server prove themselves: by a secret, or by a signed assertion (RFC 7523). */
export class ClientProof {
  readonly #host: { now(): number; client(id: string): OAuthClient | undefined };
  readonly #dialect: OAuthDialect;
  /** `jti` of assertions that work once. */
  readonly #used = new Set<string>();

  constructor(host: { now(): number; client(id: string): OAuthClient | undefined }, dialect: OAuthDialect) {
    this.#host = host;
    this.#dialect = dialect;
  }

  /** The client of a token request. Throws Refused. */
  clientOf(request: SandboxRequest): OAuthClient {
    const form = parametersOf(request);
    const { clientProof } = this.#dialect;
    const assertion = form.get("client_assertion");
    const isAssertion = form.get("client_assertion_type") === assertionType && assertion !== null;
    if (clientProof === "assertion" && !isAssertion) throw new Refused("assertion-missing");
    if (clientProof !== "secret" && isAssertion) {
      const client = this.#host.client(String(issuerOf(assertion)));
      if (!client) throw new Refused("unknown-client");
      const { claims } = this.check(client, assertion, request);
      if (claims.sub !== client.id) throw new Refused("assertion-issuer");
      return client;
    }
    const [id, secret] = basicOf(request) ?? [form.get("client_id") ?? "", form.get("client_secret")];
    const client = this.#host.client(id);
    if (!client) throw new Refused("unknown-client");
    if (client.secret === undefined || client.secret !== secret) throw new Refused("wrong-secret");
    return client;
  }

  /** An assertion that the client signed. Throws Refused. */
  check(client: OAuthClient, text: string, request: SandboxRequest): Jwt {
    const jwt = client.keys
      ?.map(({ id, publicKey }) => {
        const read = readJwt(text, publicKey);
        return id === undefined || read?.header.kid === id ? read : undefined;
      })
      .find((read) => read !== undefined);
    if (!jwt) throw new Refused("assertion-signature");
    const { iss, aud, exp, jti } = jwt.claims;
    const now = this.#host.now();
    const rules = this.#dialect.assertion;
    if (iss !== client.id) throw new Refused("assertion-issuer");
    if (rules && ![aud].flat().some((one) => one !== undefined && rules.audiences(request).includes(one)))
      throw new Refused("assertion-audience");
    if (typeof exp !== "number" || exp * 1000 <= now) throw new Refused("assertion-expired");
    if (rules && exp * 1000 > now + rules.maxSeconds * 1000) throw new Refused("assertion-too-long");
    if (rules?.single) {
      if (jti === undefined || this.#used.has(jti)) throw new Refused("assertion-replayed");
      this.#used.add(jti);
    }
    return jwt;
  }
}

/** The client a consent or token request claims to come from, not yet believed: of the form, Basic, an assertion or the query. */
export function claimedClient(request: SandboxRequest): string | undefined {
  const form = request.method === "POST" ? parametersOf(request) : request.query;
  const assertion = form.get("client_assertion") ?? form.get("assertion");
  const issuer = assertion === null ? undefined : issuerOf(assertion);
  return form.get("client_id") ?? basicOf(request)?.[0] ?? (typeof issuer === "string" ? issuer : undefined);
}

/** Client id and secret of `Authorization: Basic`. */
function basicOf(request: SandboxRequest): [string, string] | undefined {
  const [, encoded] = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (!encoded) return undefined;
  const [id = "", ...secret] = Buffer.from(encoded, "base64").toString().split(":");
  return [decodeURIComponent(id), decodeURIComponent(secret.join(":"))];
}

/** The issuer an assertion claims, not yet believed. */
export function issuerOf(assertion: string): unknown {
  try {
    const claims: unknown = JSON.parse(Buffer.from(assertion.split(".")[1] ?? "", "base64url").toString());
    return (claims as { iss?: unknown } | null)?.iss;
  } catch {
    return undefined;
  }
}
