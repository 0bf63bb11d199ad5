/** Calls of AWS's protocols: query (IAM, STS), JSON 1.1 (CloudTrail, Config), REST with JSON or XML. */
import type { Context } from "#src/connector-kit/contract/context.ts";
import { type First, type Pager, toRequest } from "#src/connector-kit/pagers.ts";
import { needList, needObject, valueAt } from "#src/connector-kit/record.ts";
import { type Xml, type XmlValue, xmlReader } from "#src/connector-kit/xml.ts";
import type { Client } from "#src/platform/http/client.ts";
import { endpoint, iamEndpoint, roleOf } from "./endpoints.ts";

/** One of the connected accounts, and the client whose calls are signed for it. */
export interface Account {
  id: string;
  http: Client;
}

const listSetting = (text: string | undefined): string[] =>
  text
    ?.split(",")
    .map((one) => one.trim())
    .filter(Boolean) ?? [];

/** The account of the role, then the further ones, each with a role of the same name. */
export function accountsOf({ http, settings }: Context): Account[] {
  const { partition, account, name } = roleOf(settings);
  const further = listSetting(settings.accounts).filter((id) => id !== account);
  return [
    { id: account, http },
    ...[...new Set(further)].map((id) => ({
      id,
      http: http.as({ audience: `arn:${partition}:iam::${id}:role/${name}` }),
    })),
  ];
}

export function accountOf(context: Context, id: string): Account | undefined {
  return accountsOf(context).find((account) => account.id === id);
}

/** The regions that the settings name, or all that are enabled. https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html */
export async function regionsOf({ settings }: Context, { http }: Account): Promise<string[]> {
  const named = listSetting(settings.regions);
  if (named.length > 0) return [...new Set(named)];
  const { body } = await http.request({
    ...{ method: "POST", url: `${endpoint(settings, "account", "us-east-1")}/listRegions`, retry: true },
    json: { RegionOptStatusContains: ["ENABLED", "ENABLED_BY_DEFAULT"], MaxResults: 50 },
  });
  const listed = needList(needObject(body, "body").Regions, "Regions");
  return listed.map((one, index) => String(needObject(one, `Regions[${index}]`).RegionName)).toSorted();
}

const readXml = xmlReader({ lists: ["member", "Bucket", "Grant"] });

export function documentOf(text: string, root: string): Xml {
  return needObject(readXml(text)[root] === "" ? {} : readXml(text)[root], root) as Xml;
}

/** The `member`s of a list that may be empty, and is a text then. */
export function membersOf(value: XmlValue | undefined, path: string): Xml[] {
  const list = valueAt(value, "member");
  return list === undefined
    ? []
    : needList(list, path).map((one, index) => needObject(one, `${path}[${index}]`) as Xml);
}

type Parameters = Readonly<Record<string, string>>;

function iamRequest(context: Context, action: string, parameters: Parameters) {
  const form = { Action: action, Version: "2010-05-08", ...parameters };
  return { method: "POST", url: iamEndpoint(context.settings), form, accept: "text" } as const;
}

/** The result of an IAM call. Source: https://docs.aws.amazon.com/IAM/latest/APIReference/ */
export async function iam(
  context: Context,
  { http }: Account,
  action: string,
  parameters: Parameters = {},
  retry = true,
): Promise<Xml> {
  const { body } = await http.request<string>({ ...iamRequest(context, action, parameters), retry });
  const answer = documentOf(body, `${action}Response`);
  return needObject(answer[`${action}Result`] || {}, `${action}Result`) as Xml;
}

/** A listing of IAM's, and the pager that reads it: `Marker` while `IsTruncated`. */
export function iamListing(
  context: Context,
  { http }: Account,
  { action, list, parameters = {} }: { action: string; list: string; parameters?: Parameters },
): { first: First; page: Pager } {
  return {
    first: iamRequest(context, action, parameters),
    async page(_, first, at) {
      const request = toRequest(first);
      const form = { ...request.form, ...(at === null ? {} : { Marker: at }) };
      context.signal.throwIfAborted();
      const { body } = await http.request<string>({ ...request, form, retry: true });
      const path = `${action}Response.${action}Result`;
      const result = needObject(valueAt(readXml(body), path), path) as Xml;
      const records = result[list] === "" ? [] : needList(valueAt(result[list], "member"), `${list}.member`);
      const next = result.IsTruncated === "true" ? String(result.Marker) : null;
      return { records, path: `${list}.member`, next, body };
    },
  };
}

/** A call of a service that speaks JSON 1.1: `target` is `CloudTrail_20131101.LookupEvents` with its prefix. */
export function jsonRequest(context: Context, service: string, region: string, target: string, json: object) {
  return {
    method: "POST",
    url: `${endpoint(context.settings, service, region)}/`,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
    json,
  } as const;
}

export const cloudTrail = (action: string) => `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.${action}`;

/** A pager whose calls are signed for this account. */
export function forAccount({ http }: Account, page: Pager): Pager {
  return (context, first, at) => page({ ...context, http }, first, at);
}
