import { createHash, createHmac } from "node:crypto";
import type { Signature, Unsigned } from "#src/platform/http/prepare.ts";

/** Keys of an AWS principal; with `sessionToken` those of an assumed role. */
export interface AwsKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Where a call goes, as the signature names it: `{ service: "cloudtrail", region: "eu-central-1" }`. Global services sign for `us-east-1`. */
export interface AwsScope {
  service: string;
  region: string;
}

/**
 * The headers of AWS Signature Version 4, for `sign` of an authorization: over method, URL, body and all headers but those that may change on
 * the way. Good for five minutes around `now`.
 * Written here because what signs elsewhere (aws4fetch, @smithy/signature-v4) also wants to own the request it signs.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signAws(request: Unsigned, keys: AwsKeys, { service, region }: AwsScope, now: Date): Signature {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const bodyHash = sha256(request.body ?? "");
  const added: Record<string, string> = {
    "x-amz-date": time,
    ...(keys.sessionToken ? { "x-amz-security-token": keys.sessionToken } : {}),
    ...(service === "s3" ? { "x-amz-content-sha256": bodyHash } : {}),
  };
  const signed = signedHeaders({ ...request.headers, ...added, host: request.url.host });
  const names = signed.map(([name]) => name).join(";");
  const canonical = [
    request.method,
    service === "s3" ? pathOfS3(request.url) : pathOf(request.url),
    queryOf(request.url),
    ...signed.map(([name, value]) => `${name}:${value}`),
    "",
    names,
    bodyHash,
  ].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [day, region, service, "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${keys.secretAccessKey}`);
  const signature = hmac(key, ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n")).toString("hex");
  return {
    headers: {
      ...added,
      authorization: `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    },
  };
}

/** Proxies and our own HTTP client may change these. */
const unsigned =
  /^(accept-encoding|authorization|cache-control|connection|content-length|expect|te|trailer|transfer-encoding|user-agent|x-amzn-trace-id)$/;

function signedHeaders(headers: Readonly<Record<string, string>>): [name: string, value: string][] {
  return Object.entries(headers)
    .map(([name, value]): [string, string] => [name.toLowerCase(), value.trim().replace(/ +/g, " ")])
    .filter(([name]) => !unsigned.test(name))
    .sort(([a], [b]) => byCode(a, b));
}

/** What is sent is encoded once more, with one slash for several. */
function pathOf({ pathname }: URL): string {
  return pathname.replace(/\/+/g, "/").split("/").map(encode).join("/");
}

/** Names of objects are signed as they are, encoded once, slashes and all. */
function pathOfS3({ pathname }: URL): string {
  return pathname
    .split("/")
    .map((segment) => encode(decodeURIComponent(segment)))
    .join("/");
}

function queryOf({ searchParams }: URL): string {
  return [...searchParams]
    .map(([name, value]): [string, string] => [encode(name), encode(value)])
    .sort(([a, x], [b, y]) => byCode(a, b) || byCode(x, y))
    .map((pair) => pair.join("="))
    .join("&");
}

/** RFC 3986, which leaves fewer characters than `encodeURIComponent`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}
