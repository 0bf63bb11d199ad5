import type { Context } from "#src/connector-kit/contract/context.ts";
import { child, children, escapeXml, textIn, type Xml, xmlReader } from "#src/connector-kit/xml.ts";
import { ProviderAuthError, ProviderResponseError, ProviderScopeError } from "#src/errors.ts";
import { endpointsOf, soapVersion } from "./api.ts";

const read = xmlReader({ lists: ["Workday_Account_Signon", "Worker", "Workday_Account_Response_Data", "ID"] });

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
  const envelope = child(read(answer ?? ""), "Envelope");
  if ("Body" in envelope) return child(envelope, "Body");
  throw new ProviderResponseError("Workday answered with a document that is not SOAP.", "Envelope");
}

/** The id of a type in a reference: `idOf(worker.Worker_Reference, "WID")`. */
export function idOf(reference: Xml, type: string): string | null {
  for (const id of children(reference, "ID")) if (id["@type"] === type) return textIn(id, "#text");
  return null;
}

/** Number of results and pages of an answer. */
export function paging(response: Xml): { total: number; pages: number } {
  const results = child(response, "Response_Results");
  return { total: Number(textIn(results, "Total_Results") ?? 0), pages: Number(textIn(results, "Total_Pages") ?? 1) };
}

export function element(
  name: string,
  value: string | number | boolean,
  attributes: Readonly<Record<string, string>> = {},
): string {
  const written = Object.entries(attributes).map(([key, text]) => ` bsvc:${key}="${escapeXml(text)}"`);
  return `<bsvc:${name}${written.join("")}>${escapeXml(value)}</bsvc:${name}>`;
}

export function group(name: string, ...content: string[]): string {
  return `<bsvc:${name}>${content.join("")}</bsvc:${name}>`;
}

/** `Response_Filter` of any reading operation. `asOf`: one snapshot for all pages, so that what is added meanwhile moves nothing across a border. */
export function page(number: number, count: number, asOf?: Date): string {
  const snapshot = asOf ? element("As_Of_Entry_DateTime", asOf.toISOString()) : "";
  return group("Response_Filter", snapshot, element("Page", number), element("Count", count));
}

/** `Request_References`: objects named by an id of a type. */
export function references(name: string, type: string, ids: readonly string[]): string {
  return group("Request_References", ...ids.map((id) => group(name, element("ID", id, { type }))));
}
