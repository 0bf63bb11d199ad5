import type { IncomingMessage, ServerResponse } from "node:http";
import { preflightHeaders, send } from "./request.ts";

/** Pages of other sites may call with a token of their own; a cookie never helps them: `*` goes without credentials. */
export const crossOrigin = { "access-control-allow-origin": "*", "access-control-expose-headers": "retry-after" };

const headerName = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const always = ["authorization", "content-type", "accept"];

/**
 * Answers a preflight. Clients add headers of their own (`x-request-id`, `traceparent`, `apollographql-client-name`), which mean nothing
 * here and may be sent; the exception are those that prove a request to be no other site's.
 */
export function allowCrossOrigin(request: IncomingMessage, response: ServerResponse, methods: string): void {
  const asked = String(request.headers["access-control-request-headers"] ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => headerName.test(name) && !preflightHeaders.includes(name));
  send(response, 204, {
    ...crossOrigin,
    "access-control-allow-methods": methods,
    "access-control-allow-headers": [...new Set([...always, ...asked])].join(", "),
    "access-control-max-age": "86400",
    vary: "access-control-request-headers",
  });
}
