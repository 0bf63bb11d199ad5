import type { SandboxResponse } from "../../provider.ts";

/** https://developers.smartsheet.com/api/smartsheet/error-codes */
export function problem(status: number, errorCode: number, message: string): SandboxResponse {
  return { status, body: { errorCode, message, refId: "1mq0k2sandbox" } };
}

export const ok = (body: unknown): SandboxResponse => ({ status: 200, body });
export const done = ok({ message: "SUCCESS", resultCode: 0 });
export const notFound = (): SandboxResponse => problem(404, 1006, "Not Found");
export const forbidden = (): SandboxResponse => problem(403, 1004, "You are not authorized to perform this action.");
export const badToken = (): SandboxResponse => problem(401, 1002, "Your Access Token is invalid.");
export const tooMany = (): SandboxResponse => problem(429, 4003, "Rate limit exceeded.");
export const invalid = (message: string): SandboxResponse => problem(400, 1018, message);

/** Smartsheet knows no milliseconds. */
export const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
