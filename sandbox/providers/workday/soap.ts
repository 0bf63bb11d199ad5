import { XMLParser } from "fast-xml-parser";
import type { SandboxResponse } from "../../provider.ts";

/** A SOAP request: the operation's element name without prefix, and its content. */
export interface SoapRequest {
  operation: string;
  version: string;
  content: XmlNode;
}

export type XmlNode = { [name: string]: XmlNode | XmlNode[] | string | undefined };

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  parseAttributeValue: false,
});

/** Null when the body is not a SOAP envelope with one operation. */
export function parseSoap(body: string): SoapRequest | null {
  let document: XmlNode;
  try {
    document = parser.parse(body) as XmlNode;
  } catch {
    return null;
  }
  const soapBody = child(child(document, "Envelope"), "Body");
  const operation = Object.keys(soapBody).find((name) => !name.startsWith("@") && name !== "#text");
  if (!operation) return null;
  const content = child(soapBody, operation);
  return { operation, version: text(content, "@version") ?? "v40.0", content };
}

/** The named child, or an empty node: requests are read field by field, and most fields are optional. */
export function child(node: XmlNode, name: string): XmlNode {
  return children(node, name)[0] ?? {};
}

export function children(node: XmlNode, name: string): XmlNode[] {
  const found = node[name] ?? [];
  return [found].flat().map((item) => (typeof item === "object" ? item : { "#text": item }));
}

export function text(node: XmlNode, name: string): string | undefined {
  const value = children(node, name)[0]?.["#text"];
  return typeof value === "string" ? value.trim() : undefined;
}

/** XML booleans are `true`, `false`, `1` and `0`. Undefined when the element is missing. */
export function flag(node: XmlNode, name: string): boolean | undefined {
  const value = text(node, name);
  return value === undefined ? undefined : value === "true" || value === "1";
}

export function envelope(operation: string, version: string, content: string): SandboxResponse {
  const start = `<wd:${operation} xmlns:wd="urn:com.workday/bsvc" wd:version="${escapeMarkup(version)}">`;
  return xml(200, `<env:Body>${start}${content}</wd:${operation}></env:Body>`, "env");
}

/** The answer of operations that only change something: a body without a message. */
export function emptyEnvelope(): SandboxResponse {
  return xml(200, "<env:Body/>", "env");
}

/** Workday answers every fault with HTTP 500. */
function fault(code: string, message: string, detail = ""): SandboxResponse {
  return xml(
    500,
    `<SOAP-ENV:Body><SOAP-ENV:Fault xmlns:wd="urn:com.workday/bsvc"><faultcode>SOAP-ENV:${code}</faultcode>` +
      `<faultstring>${escapeMarkup(message)}</faultstring>${detail && `<detail>${detail}</detail>`}</SOAP-ENV:Fault></SOAP-ENV:Body>`,
    "SOAP-ENV",
  );
}

export function authenticationFault(): SandboxResponse {
  return fault("Client.authenticationError", "invalid username or password");
}

export function invalidRequest(problem: string): SandboxResponse {
  return fault("Client.validationError", `Validation error occurred. Invalid request: ${problem}.`);
}

export function notAuthorizedFault(): SandboxResponse {
  const message = "The task submitted is not authorized.";
  const detail = `<wd:Processing_Fault><wd:Detail_Message>${message}</wd:Detail_Message></wd:Processing_Fault>`;
  return fault("Server.processingFault", `Processing error occurred. ${message}`, detail);
}

export function validationFault(message: string, xpath: string): SandboxResponse {
  const texts = element("Message", message) + element("Detail_Message", message) + element("Xpath", xpath);
  const detail = `<wd:Validation_Fault><wd:Validation_Error>${texts}</wd:Validation_Error></wd:Validation_Fault>`;
  return fault("Client.validationError", `Validation error occurred. ${message}`, detail);
}

/** `<wd:Name>value</wd:Name>`; nothing when the value is missing; booleans as 1 and 0, as Workday writes them. */
export function element(name: string, value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return "";
  return group(name, typeof value === "boolean" ? (value ? "1" : "0") : escapeMarkup(String(value)));
}

export function group(name: string, ...content: string[]): string {
  return `<wd:${name}>${content.join("")}</wd:${name}>`;
}

export function reference(name: string, ids: Record<string, string>): string {
  const list = Object.entries(ids).map(([type, value]) => `<wd:ID wd:type="${type}">${escapeMarkup(value)}</wd:ID>`);
  return group(name, ...list);
}

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function xml(status: number, body: string, prefix: string): SandboxResponse {
  return {
    status,
    headers: { "content-type": "text/xml;charset=UTF-8" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<${prefix}:Envelope xmlns:${prefix}="http://schemas.xmlsoap.org/soap/envelope/">${body}</${prefix}:Envelope>`,
  };
}
