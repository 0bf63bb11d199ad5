import { randomBytes } from "node:crypto";
import type { SandboxResponse } from "../../provider.ts";

/** Why a call is refused; the two APIs write it in their own ways. https://developers.facebook.com/docs/graph-api/guides/error-handling/ */
export interface Refusal {
  status: number;
  code: number;
  message: string;
  type?: "OAuthException" | "GraphMethodException";
  error_subcode?: number;
  is_transient?: boolean;
}

export function graphError({ status, type = "OAuthException", ...error }: Refusal): SandboxResponse {
  const challenge = `OAuth "Facebook Platform" "invalid_token" "${error.message}"`;
  return {
    status,
    headers: error.code === 190 ? { "www-authenticate": challenge } : {},
    body: { error: { ...error, type, fbtrace_id: `A${randomBytes(16).toString("base64url")}` } },
  };
}

export const scimType = { "content-type": "application/scim+json; charset=utf-8" };

export function scimError({ status, code, message }: Refusal): SandboxResponse {
  const scimStatus = code === 190 ? 401 : code === 4 ? 429 : status;
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"];
  return { status: scimStatus, headers: scimType, body: { schemas, status: String(scimStatus), detail: message } };
}

function token(status: number, message: string, error_subcode?: number): Refusal {
  return { status, code: 190, message, ...(error_subcode !== undefined && { error_subcode }) };
}

export const malformedToken = token(400, "Invalid OAuth access token - Cannot parse access token");
export const noAppToken = token(401, "Invalid OAuth access token signature. An app access token is required.");
export const tokenReset = token(
  401,
  "Error validating access token: The session has been invalidated because the access token was reset.",
  460,
);
export const appRemoved = token(
  401,
  "Error validating access token: The integration has been removed from the community.",
  458,
);

export const missingToken: Refusal = {
  ...{ status: 400, code: 2500 },
  message: "An active access token must be used to query information about the current user.",
};

export function badProof(message: string): Refusal {
  return { status: 400, code: 100, type: "GraphMethodException", message };
}

export const noUserAgent: Refusal = {
  ...{ status: 400, code: 1 },
  message: "A User-Agent header is required for this request.",
};

export const limitReached: Refusal = {
  ...{ status: 403, code: 4, is_transient: true },
  message: "(#4) Application request limit reached",
};

export const readOnly: Refusal = {
  ...{ status: 403, code: 200 },
  message: "(#200) Workplace is read-only: content can be viewed and exported, not changed.",
};

export function unavailable(status: number): Refusal {
  return { status, code: 2, is_transient: true, message: "Service temporarily unavailable" };
}

/** Reading without a permission is error 10, writing without one error 200. */
export function permissionMissing(permission: string, writing: boolean): Refusal {
  const code = writing ? 200 : 10;
  return { status: 403, code, message: `(#${code}) Requires the '${permission}' permission.` };
}

export function unknownObject(id: string): Refusal {
  return { status: 404, code: 803, message: `(#803) Some of the aliases you requested do not exist: ${id}` };
}

export function badParameter(message: string): Refusal {
  return { status: 400, code: 100, message: `(#100) ${message}` };
}
