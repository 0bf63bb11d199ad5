import { createHash, randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

export interface IdentityProvider {
  issuer: string;
  /** A signed token; `claims` replace the usual ones. */
  sign(claims: JWTPayload, options?: { foreignKey?: boolean; expires?: string }): Promise<string>;
  /** Who "signs in" next, and what goes wrong. */
  claims: JWTPayload;
  break: { iss?: string; nonce?: string; deny?: boolean };
  close(): void;
}

/** A pretend OpenID provider that consents at once. */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  const own = await generateKeyPair("RS256");
  const foreign = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(own.publicKey)), kid: "k1", alg: "RS256", use: "sig" };
  const codes = new Map<string, { nonce: string; challenge: string }>();
  const server: Server = createServer((request, response) => void answer(request, response));
  const provider: IdentityProvider = {
    issuer: "",
    claims: { sub: "u1", email: "ada@example.com", roles: ["gatehouse-analyst"] },
    break: {},
    sign: (claims, { foreignKey = false, expires = "5m" } = {}) =>
      new SignJWT({ iss: provider.issuer, aud: "gatehouse", sub: "u1", ...claims })
        .setProtectedHeader({ alg: "RS256", kid: "k1" })
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign((foreignKey ? foreign : own).privateKey),
    close: () => server.close(),
  };

  async function answer(
    request: import("node:http").IncomingMessage,
    response: import("node:http").ServerResponse,
  ): Promise<void> {
    const url = new URL(request.url!, provider.issuer);
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (url.pathname === "/.well-known/openid-configuration")
      return json(200, {
        issuer: provider.issuer,
        jwks_uri: `${provider.issuer}/keys`,
        authorization_endpoint: `${provider.issuer}/authorize`,
        token_endpoint: `${provider.issuer}/token`,
        authorization_response_iss_parameter_supported: true,
      });
    if (url.pathname === "/keys") return json(200, { keys: [jwk] });
    if (url.pathname === "/authorize") {
      const asked = url.searchParams;
      const back = new URL(asked.get("redirect_uri")!);
      const code = randomBytes(8).toString("hex");
      codes.set(code, { nonce: asked.get("nonce")!, challenge: asked.get("code_challenge")! });
      if (provider.break.deny) back.searchParams.set("error", "access_denied");
      else back.searchParams.set("code", code);
      back.searchParams.set("state", asked.get("state")!);
      back.searchParams.set("iss", provider.break.iss ?? provider.issuer);
      response.writeHead(302, { location: back.href }).end();
      return;
    }
    let body = "";
    for await (const chunk of request) body += chunk;
    const form = new URLSearchParams(body);
    const code = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (!code || code.challenge !== challenge) return json(400, { error: "invalid_grant" });
    const claims = { ...provider.claims, aud: form.get("client_id")!, nonce: provider.break.nonce ?? code.nonce };
    json(200, { access_token: "a", token_type: "bearer", id_token: await provider.sign(claims) });
  }

  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  provider.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return provider;
}
