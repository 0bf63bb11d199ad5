import { createHmac, timingSafeEqual } from "node:crypto";
import type { SandboxKit, SandboxRequest } from "../../provider.ts";
import { tenantNamed } from "../../tokens.ts";
import { missesScope, takeRateLimit, takeServerError } from "../../trouble.ts";
import type { Refusal } from "./answers.ts";
import * as answers from "./answers.ts";
import { tokenPrefix, WorkplaceTenant } from "./tenant.ts";

/** A call that was let in. */
export interface Access {
  tenant: WorkplaceTenant;
  /** Specific groups: the integration was not added to "All groups" and sees none. */
  groups: "all" | "specific";
  /** The token came in the address; links to further pages then carry it, too. */
  tokenInQuery: boolean;
}

/** Either let in, or refused; the tenant is known as soon as the token names one. */
export type Entry =
  | { access: Access; tenant: WorkplaceTenant; refusal?: undefined }
  | { access?: undefined; tenant: WorkplaceTenant; refusal: Refusal }
  | { access?: undefined; tenant?: undefined; refusal: Refusal };

/** Who calls, and whether: the token, the proof of the app secret, and what is switched on as trouble. */
export function enter(request: SandboxRequest, kit: SandboxKit): Entry {
  if (!request.headers["user-agent"]) return { refusal: answers.noUserAgent };
  const token = tokenOf(request);
  if (!token) return { refusal: answers.missingToken };
  const tenant = kit.tenant("workplace", tenantNamed(token, tokenPrefix) ?? "");
  if (!(tenant instanceof WorkplaceTenant)) return { refusal: answers.malformedToken };
  const claims = tenant.openToken(token, kit.now());
  const refusal = claims ? refusalOf(request, tenant, token, claims, kit.now()) : answers.malformedToken;
  if (!claims || refusal) return { tenant, refusal: refusal ?? answers.malformedToken };
  const groups = claims.groups === "specific" ? "specific" : "all";
  return { tenant, access: { tenant, groups, tokenInQuery: request.query.has("access_token") } };
}

function refusalOf(
  request: SandboxRequest,
  tenant: WorkplaceTenant,
  token: string,
  claims: { kind: string; current: boolean },
  now: number,
): Refusal | undefined {
  const status = takeServerError(tenant);
  if (status !== undefined) return answers.serverError(status);
  if (tenant.faults.revoked) return answers.appRemoved;
  if (tenant.faults.unauthorized || !claims.current) return answers.tokenReset;
  if (takeRateLimit(tenant) !== undefined) return answers.rateLimited;
  const proof = proofOf(request, tenant, token, now);
  // The proof belongs to the Graph API; SCIM takes the token alone.
  if (request.host !== "scim.workplace.com") {
    if (proof === "missing" && (claims.kind === "app" || tenant.requiresProof)) return answers.proofMissing;
    if (proof === "wrong") return answers.proofInvalid;
  }
  return tenant.isOverLimit(now) ? answers.rateLimited : undefined;
}

/** The refusal when a permission of the integration is missing. */
export function lacking({ tenant }: Access, permission: string, writing = false): Refusal | undefined {
  return missesScope(tenant, permission) ? answers.permissionMissing(permission, writing) : undefined;
}

export function tokenOf(request: SandboxRequest): string | undefined {
  const [scheme, value] = (request.headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() === "bearer" && value) return value;
  return parameter(request, "access_token") ?? undefined;
}

/** Graph parameters come in the address, in a form, or as JSON. */
export function parameter(request: SandboxRequest, name: string): string | null {
  const inQuery = request.query.get(name);
  if (inQuery !== null || request.body.length === 0) return inQuery;
  const body = request.body.toString("utf8");
  if (!(request.headers["content-type"] ?? "").includes("json")) return new URLSearchParams(body).get(name);
  try {
    const value = (JSON.parse(body) as Record<string, unknown>)[name];
    return value === undefined || value === null ? null : String(value);
  } catch {
    return null;
  }
}

/** HMAC of `token|time`, good for five minutes, or of the token alone. */
function proofOf(
  request: SandboxRequest,
  tenant: WorkplaceTenant,
  token: string,
  now: number,
): "good" | "missing" | "wrong" {
  const proof = parameter(request, "appsecret_proof");
  if (!proof) return "missing";
  const time = parameter(request, "appsecret_time");
  if (time !== null && !(Math.abs(now / 1000 - Number(time)) <= 300)) return "wrong";
  const message = time === null ? token : `${token}|${time}`;
  const expected = Buffer.from(createHmac("sha256", tenant.app.secret).update(message).digest("hex"));
  const given = Buffer.from(proof);
  return expected.length === given.length && timingSafeEqual(expected, given) ? "good" : "wrong";
}
