import { XMLParser } from "fast-xml-parser";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { ProviderAuthError, ProviderResponseError, ProviderScopeError } from "#src/errors.ts";
import { endpointsOf, soapVersion } from "./endpoints.ts";

/** Elements by local name; repeated ones as lists, attributes with `@`. */
export type Xml = { [name: string]: XmlValue | undefined };
export type XmlValue = string | Xml | XmlValue[];

/** Workday writes one row as an element and two as a list: these are always lists here. */
const lists = new Set(["Workday_Account_Signon", "Worker", "Workday_Account_Response_Data", "ID"]);

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => lists.has(name),
});

type Service = "Identity_Management" | "Human_Resources";

/**
 * One SOAP operation that reads; `content` is what the request element holds, built with `element`. Returns the response
 * element. Throws ProviderScopeError when the tenant denies it, also when its SOAP API takes no OAuth tokens at all.
 */
export async function callSoap(context: Context, service: Service, request: string, content: string): Promise<Xml> {
  const body = bodyOf(await post(context, service, request, content, true));
  const name = Object.keys(body).find((key) => key.endsWith("_Response"));
  if (name === undefined)
    throw new ProviderResponseError(`Workday answered ${request} without a response.`, "Envelope.Body");
  return child(body, name);
}

/** One SOAP operation that changes something, and by its description answers an empty message: it is not repeated. */
export async function sendSoap(context: Context, service: Service, request: string, content: string): Promise<void> {
  const answer = await post(context, service, request, content, false);
  // An answer that is neither empty nor SOAP comes from something in between: nothing was done.
  if (answer) bodyOf(answer);
}

async function post(
  context: Context,
  service: Service,
  request: string,
  content: string,
  retry: boolean,
): Promise<string | null> {
  const endpoints = endpointsOf(context.settings);
  const body =
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:bsvc="urn:com.workday/bsvc"><soapenv:Body>' +
    `<bsvc:${request} bsvc:version="${soapVersion}">${content}</bsvc:${request}></soapenv:Body></soapenv:Envelope>`;
  try {
    const response = await context.http.post<string | null>(endpoints.soap(service), {
      body,
      headers: { "content-type": "text/xml;charset=UTF-8" },
      accept: "text",
      timeoutMs: 120_000,
      retry,
    });
    return response.body;
  } catch (error) {
    if (!(error instanceof ProviderAuthError)) throw error;
    // Some tenants take OAuth tokens for REST only. If REST takes this one, the credential is good.
    await context.http.get(endpoints.workers, { query: { limit: 1 }, allow: [403] });
    throw new ProviderScopeError("Workday's SOAP API does not accept this API client's tokens.", [], { cause: error });
  }
}

/** What the body of an envelope holds. */
function bodyOf(answer: string | null): Xml {
  // SOAP 1.1 forbids document types, and with them every kind of entity expansion.
  if (answer === null || /<!DOCTYPE/i.test(answer))
    throw new ProviderResponseError("Workday answered with a document that is not SOAP.", "Envelope");
  let document: Xml;
  try {
    document = parser.parse(answer) as Xml;
  } catch (cause) {
    throw new ProviderResponseError("Workday's SOAP answer is not well-formed.", "Envelope", { cause });
  }
  const envelope = child(document, "Envelope");
  if (!("Body" in envelope))
    throw new ProviderResponseError("Workday answered with a document that is not SOAP.", "Envelope");
  return child(envelope, "Body");
}

/** The named element; an empty one when there is none. */
export function child(node: Xml, name: string): Xml {
  const value = node[name];
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === "object" && !Array.isArray(first) ? first : {};
}

export function children(node: Xml, name: string): Xml[] {
  const value = node[name];
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.filter((item): item is Xml => typeof item === "object" && !Array.isArray(item));
}

export function text(node: Xml, name: string): string | null {
  const value = node[name];
  const first = Array.isArray(value) ? value[0] : value;
  const found = typeof first === "object" && !Array.isArray(first) ? first["#text"] : first;
  return typeof found === "string" && found.trim() !== "" ? found.trim() : null;
}

/** `1`, `true`, `0`, `false`; null when it is not there, which is not the same as no. */
export function flag(node: Xml, name: string): boolean | null {
  const value = text(node, name)?.toLowerCase();
  return value === undefined ? null : value === "1" || value === "true";
}

/** The id of a type in a reference: `idOf(worker.Worker_Reference, "WID")`. */
export function idOf(reference: Xml, type: string): string | null {
  for (const id of children(reference, "ID")) if (id["@type"] === type) return text(id, "#text");
  return null;
}

/** Page and number of pages of an answer. */
export function paging(response: Xml): { total: number; pages: number } {
  const results = child(response, "Response_Results");
  return { total: Number(text(results, "Total_Results") ?? 0), pages: Number(text(results, "Total_Pages") ?? 1) };
}

export function element(
  name: string,
  value: string | number | boolean,
  attributes: Readonly<Record<string, string>> = {},
): string {
  const written = Object.entries(attributes).map(([key, text]) => ` bsvc:${key}="${escaped(text)}"`);
  return `<bsvc:${name}${written.join("")}>${escaped(String(value))}</bsvc:${name}>`;
}

export function group(name: string, ...content: string[]): string {
  return `<bsvc:${name}>${content.join("")}</bsvc:${name}>`;
}

/** A reference to an object by an id of a type: `reference("Worker_Reference", "WID", id)`. */
export function reference(name: string, type: string, id: string): string {
  return group(name, element("ID", id, { type }));
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
