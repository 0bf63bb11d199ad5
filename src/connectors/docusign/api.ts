import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import type { Stage } from "#src/connector-kit/listing.ts";
import type { Listing } from "#src/connector-kit/page-walk.ts";
import { byOffset, type First, type Pager } from "#src/connector-kit/pagers.ts";
import { listOf, needText, objectOf } from "#src/connector-kit/record.ts";
import { ProviderResponseError } from "#src/errors.ts";

const suffix = ({ environment }: Settings) => (environment === "demo" ? "-d" : "");

export const oauthHost = (settings: Settings): string => `account${suffix(settings)}.docusign.com`;
export const adminUrl = (settings: Settings): string => `https://api${suffix(settings)}.docusign.net/Management`;
export const monitorUrl = (settings: Settings): string =>
  `https://lens${suffix(settings)}.docusign.net/api/v2.0/datasets/monitor/stream`;

/** An account of the organization. Each lives in a region of its own: `baseUri` is that of userinfo. */
export interface Account {
  id: string;
  name: string;
  baseUri: string;
}

/** What sign-in kept of userinfo. */
export function accountsOf({ credential }: Context): Account[] {
  return listOf(JSON.parse(credential?.extra.accounts ?? "[]")).map((one) => {
    const { id, name, baseUri } = objectOf(one);
    return { id: needText(id, "id"), name: needText(name, "name"), baseUri: needText(baseUri, "baseUri") };
  });
}

/** Path of the organization in the Admin API. Version 2.1 has what version 2 lacks. */
export function organizationPath({ credential }: Context, version: "v2" | "v2.1" = "v2"): string {
  return `/${version}/organizations/${encodeURIComponent(credential?.extra.organizationId ?? "")}`;
}

/** A path of an account in the eSignature API, at the region of the account. */
export function accountUrl({ id, baseUri }: Account, path: string): string {
  return `${baseUri}/restapi/v2.1/accounts/${encodeURIComponent(id)}${path}`;
}

const pageSize = 100;

/** The eSignature API writes numbers as texts, and leaves an empty list out. */
function byPosition(list: string): Pager {
  const page = byOffset({ list, parameter: "start_position", limit: ["count", pageSize], listMayBeMissing: true });
  return async (context, first, at) => {
    const found = await page(context, first, at);
    const body = objectOf(found.body);
    const total = Number(body.totalSetSize);
    if (found.records.length === 0 && total > Number(at ?? 0))
      throw new ProviderResponseError(`A page is empty although ${total} records are reported.`, list);
    return Number.isSafeInteger(total) && found.next !== null && Number(found.next) >= total
      ? { ...found, next: null, total }
      : { ...found, ...(Number.isSafeInteger(total) ? { total } : {}) };
  };
}

/** Listings of an account: open memberships with groups and profiles, and groups. */
export function membersOf(account: Account): Listing {
  const query = { additional_info: true, status: "Active,ActivationRequired,ActivationSent,Disabled" };
  return listing(`members of ${account.id}`, { url: accountUrl(account, "/users"), query }, byPosition("users"));
}

export function groupsOf(account: Account): Listing {
  return listing(`groups of ${account.id}`, { url: accountUrl(account, "/groups") }, byPosition("groups"));
}

function listing(name: string, first: First, page: Pager): Listing {
  return { name, first, page };
}

/** A stage for each account. */
export function ofEach<T extends object>(
  accounts: readonly Account[],
  stage: (account: Account) => Stage<T> | readonly Stage<T>[],
): Stage<T>[] {
  return accounts.flatMap(stage);
}
