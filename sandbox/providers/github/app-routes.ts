import { randomBytes } from "node:crypto";
import { rsaKeyOf } from "../../keys.ts";
import { open } from "../../kit/api.ts";
import { credentialOf } from "../../kit/body.ts";
import { readJwt, sealToken } from "../../tokens.ts";
import { iso, problem } from "./answers.ts";
import type { GithubRoute } from "./routes.ts";
import { grantedPermissions } from "./scopes.ts";

/** What a GitHub App does as itself, proven by a JWT signed with its private key. */
export const appRoutes: GithubRoute[] = [
  open("POST", "/app/installations/:id/access_tokens", ({ tenant, request, parameters, now }) => {
    const { appId, clientId, installationId } = tenant.credentials();
    const { options, faults } = tenant;
    const claims = readJwt(credentialOf(request, "Bearer") ?? "", rsaKeyOf(options, "github app").publicKey)?.claims;
    const seconds = now / 1000;
    if (!claims || ![appId, clientId].includes(String(claims.iss)) || faults.unauthorized)
      return problem(401, "A JSON web token could not be decoded");
    if (typeof claims.exp !== "number" || claims.exp <= seconds || claims.exp > seconds + 610)
      return problem(401, "'Expiration time' claim ('exp') must be a time in the next ten minutes");
    if (typeof claims.iat !== "number" || claims.iat > seconds + 5)
      return problem(401, "'Issued at' claim ('iat') must be the time that the assertion was issued");
    // An app that was uninstalled has no such installation any more.
    if (faults.revoked || parameters.id !== installationId) return problem(404, "Integration not found");
    if (tenant.appSuspended) return problem(403, "This installation has been suspended");
    const expiresAt = now + 3_600_000;
    const id = randomBytes(6).toString("hex");
    const token = sealToken(options, "ghs_", { tenant: options.name, kind: "installation", id, scopes: [], expiresAt });
    const permissions = grantedPermissions(tenant);
    return {
      status: 201,
      body: { token, expires_at: iso(expiresAt), permissions, repository_selection: "all" },
    };
  }),
];
