import { randomBytes } from "node:crypto";
import type { SandboxResponse } from "../../provider.ts";

/** An error in the Graph API's words. */
export interface GraphError {
  message: string;
  type?: "OAuthException" | "GraphMethodException";
  code: number;
  error_subcode?: number;
  is_transient?: boolean;
}

export function graphError(status: number, error: GraphError): SandboxResponse {
  const { type = "OAuthException", ...rest } = error;
  const headers: Record<string, string> = {};
  if (error.code === 190) headers["www-authenticate"] = `OAuth "Facebook Platform" "invalid_token" "${error.message}"`;
  return {
    status,
    headers,
    body: { error: { ...rest, type, fbtrace_id: `A${randomBytes(16).toString("base64url")}` } },
  };
}

export const scimType = { "content-type": "application/scim+json; charset=utf-8" };

export function scimError(status: number, detail: string): SandboxResponse {
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"];
  return { status, headers: scimType, body: { schemas, status: String(status), detail } };
}

/** What the two APIs say to the same refusal. */
export interface Refusal {
  status: number;
  error: GraphError;
}

export function refuse(host: string, { status, error }: Refusal): SandboxResponse {
  if (host !== "scim.workplace.com") return graphError(status, error);
  return scimError(error.code === 190 ? 401 : error.code === 4 ? 429 : status, error.message);
}

export const malformedToken: Refusal = {
  status: 400,
  error: { message: "Invalid OAuth access token - Cannot parse access token", code: 190 },
};

export const missingToken: Refusal = {
  status: 400,
  error: { message: "An active access token must be used to query information about the current user.", code: 2500 },
};

export const tokenReset: Refusal = {
  status: 401,
  error: {
    message: "Error validating access token: The session has been invalidated because the access token was reset.",
    code: 190,
    error_subcode: 460,
  },
};

export const appRemoved: Refusal = {
  status: 401,
  error: {
    message: "Error validating access token: The integration has been removed from the community.",
    code: 190,
    error_subcode: 458,
  },
};

export const proofMissing: Refusal = {
  status: 400,
  error: {
    message: "API calls from the server require an appsecret_proof argument",
    type: "GraphMethodException",
    code: 100,
  },
};

export const proofInvalid: Refusal = {
  status: 400,
  error: { message: "Invalid appsecret_proof provided in the API argument", type: "GraphMethodException", code: 100 },
};

export const noUserAgent: Refusal = {
  status: 400,
  error: { message: "A User-Agent header is required for this request.", code: 1 },
};

export const rateLimited: Refusal = {
  status: 403,
  error: { message: "(#4) Application request limit reached", code: 4, is_transient: true },
};

export const readOnly: Refusal = {
  status: 403,
  error: { message: "(#200) Workplace is read-only: content can be viewed and exported, not changed.", code: 200 },
};

export function serverError(status: number): Refusal {
  return { status, error: { message: "Service temporarily unavailable", code: 2, is_transient: true } };
}

/** Reading without a permission is error 10, writing without one error 200. */
export function permissionMissing(permission: string, writing: boolean): Refusal {
  const code = writing ? 200 : 10;
  return { status: 403, error: { message: `(#${code}) Requires the '${permission}' permission.`, code } };
}

export function unknownObject(id: string): Refusal {
  return {
    status: 404,
    error: {
      message: `(#803) Some of the aliases you requested do not exist: ${id}`,
      code: 803,
    },
  };
}

export function badParameter(message: string): Refusal {
  return { status: 400, error: { message: `(#100) ${message}`, code: 100 } };
}
