/** What a call becomes before it is sent, and what its signature adds. */
import type { HttpRequest } from "./client.ts";
import { OutboundRefusedError } from "./refused.ts";
import { absolute, type HostRules, refusal, unsandboxed } from "./url.ts";

/** What is about to be sent, for signatures over it. */
export interface Unsigned {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: string | Buffer | null;
}
export interface Signature {
  headers?: Record<string, string>;
  query?: Record<string, string>;
}

export interface Target {
  baseUrl: string;
  hosts: HostRules;
  sandboxUrl: string | null;
  label: string;
  userAgent: string;
}

/** Throws OutboundRefusedError when the URL may not be called. */
export function prepare(call: HttpRequest, { baseUrl, hosts, sandboxUrl, label, userAgent }: Target): Unsigned {
  const url = unsandboxed(absolute(baseUrl, call.url), sandboxUrl);
  const reason = refusal(url, hosts);
  if (reason !== null) throw new OutboundRefusedError(`Gatehouse does not call this URL for ${label}: ${reason}.`);
  for (const [key, value] of Object.entries(call.query ?? {}))
    if (value !== undefined) setQuery(url, key, String(value));
  const headers: Record<string, string> = {
    accept: (call.accept ?? "json") === "json" ? "application/json" : "*/*",
    "accept-encoding": "gzip, br, deflate",
    "user-agent": userAgent,
  };
  let body: string | Buffer | null = null;
  if (call.json !== undefined) {
    body = JSON.stringify(call.json);
    headers["content-type"] = "application/json";
  } else if (call.form !== undefined) {
    body = new URLSearchParams(call.form).toString();
    headers["content-type"] = "application/x-www-form-urlencoded";
  } else if (call.body !== undefined) body = call.body;
  addHeaders(headers, call.headers);
  return { method: call.method ?? "GET", url, headers, body };
}

function setQuery(url: URL, key: string, value: string): void {
  // `searchParams` rewrites the whole query, spaces as plus signs: a provider's own next link must stay as it was.
  if (url.searchParams.has(key)) url.searchParams.set(key, value);
  else url.search += `${url.search ? "&" : "?"}${encodeURIComponent(key)}=${encodeURIComponent(value)}`;
}

function addHeaders(headers: Record<string, string>, more: Readonly<Record<string, string>> | undefined): void {
  for (const [name, value] of Object.entries(more ?? {})) {
    const key = name.toLowerCase();
    // The URL alone decides which host is meant.
    if (key !== "host") headers[key] = value;
  }
}

export function withSignature(
  { method, url, headers, body }: Unsigned,
  signature: Signature | null,
): Unsigned & { headers: Record<string, string> } {
  if (!signature) return { method, url, headers: { ...headers }, body };
  const signedUrl = new URL(url);
  for (const [key, value] of Object.entries(signature.query ?? {})) setQuery(signedUrl, key, value);
  const signedHeaders = { ...headers };
  addHeaders(signedHeaders, signature.headers);
  return { method, url: signedUrl, headers: signedHeaders, body };
}

/** Cursors and logs are made of this URL: what the signature added stays out. */
export function unsigned(url: URL, signature: Signature | null): URL {
  for (const key of Object.keys(signature?.query ?? {})) if (url.searchParams.has(key)) url.searchParams.delete(key);
  return url;
}
