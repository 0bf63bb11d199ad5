import type { SandboxRequest, SandboxResponse } from "../../provider.ts";

/** The eSignature API: https://developers.docusign.com/docs/esign-rest-api/esign101/error-codes/ */
export function failed(status: number, errorCode: string, message: string): SandboxResponse {
  return { status, body: { errorCode, message } };
}

/** The Admin and Monitor APIs. */
export function refused(status: number, error: string, description: string): SandboxResponse {
  return { status, body: { error, error_description: description } };
}

export function ok(body: unknown): SandboxResponse {
  return { status: 200, body };
}

/** Seven digits of a second, as DocuSign writes them. */
export function iso(at: number): string {
  return new Date(at).toISOString().replace("Z", "0000Z");
}

export const isEsign = ({ path }: SandboxRequest): boolean => path.startsWith("/restapi/");
