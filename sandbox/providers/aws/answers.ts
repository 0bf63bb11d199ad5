import { createHash } from "node:crypto";
import type { SandboxResponse } from "../../provider.ts";

/** Text that is safe between tags. */
const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** Objects as elements, lists as elements of `item`, or repeated where `item` is empty. */
export function element(name: string, value: unknown, item = "member"): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) {
    if (item === "") return value.map((one) => element(name, one, item)).join("");
    return `<${name}>${value.map((one) => element(item, one, item)).join("")}</${name}>`;
  }
  if (typeof value !== "object") return `<${name}>${escaped(String(value))}</${name}>`;
  const inner = Object.entries(value).map(([key, one]) => element(key, one, item));
  return `<${name}>${inner.join("")}</${name}>`;
}

const requestId = (text: string) => createHash("sha1").update(text).digest("hex").slice(0, 32);

/** The answer of a query call. */
export function queryAnswer(action: string, result: object | undefined, namespace: string): SandboxResponse {
  const inner = result === undefined ? "" : element(`${action}Result`, result);
  const body = `<${action}Response xmlns="${namespace}">${inner}<ResponseMetadata><RequestId>${requestId(action)}</RequestId></ResponseMetadata></${action}Response>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body };
}

export function xmlAnswer(name: string, value: object): SandboxResponse {
  const [first = "", ...rest] = element(name, value, "").split(">");
  const body = `<?xml version="1.0" encoding="UTF-8"?>${[`${first} xmlns="http://s3.amazonaws.com/doc/2006-03-01/"`, ...rest].join(">")}`;
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

/** Each protocol writes errors in its own way; which it is, the host shows. */
export function awsError(host: string, status: number, code: string, message: string): SandboxResponse {
  if (/^(iam|sts)\./.test(host)) {
    const error = element("Error", { Type: status < 500 ? "Sender" : "Receiver", Code: code, Message: message });
    const body = `<ErrorResponse>${error}<RequestId>${requestId(code)}</RequestId></ErrorResponse>`;
    return { status, headers: { "content-type": "text/xml" }, body };
  }
  if (/(^|\.)s3[.-]/.test(host)) {
    const body = element("Error", { Code: code, Message: message, RequestId: requestId(code) });
    return { status, headers: { "content-type": "application/xml" }, body };
  }
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code };
  return { status, headers, body: JSON.stringify({ __type: code, message }) };
}

export function denied(host: string, caller: string, action: string): SandboxResponse {
  const isRest = /(^|\.)s3[.-]|^(iam|sts)\./.test(host);
  const message = `User: ${caller} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`;
  return awsError(host, isRest ? 403 : 400, isRest ? "AccessDenied" : "AccessDeniedException", message);
}

export function json(body: object): SandboxResponse {
  return { status: 200, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify(body) };
}
