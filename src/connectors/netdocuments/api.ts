import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Listing } from "#src/connector-kit/page-walk.ts";
import { byLink } from "#src/connector-kit/pagers.ts";
import { needList } from "#src/connector-kit/record.ts";
import { ProviderResponseError } from "#src/errors.ts";
import type { HttpRequest } from "#src/platform/http/client.ts";

export const repositoryPath = ({ settings }: Context): string =>
  `/v1/Repository/${encodeURIComponent(settings.repositoryId ?? "")}`;

/** A list that comes all at once. */
export const whole = (name: string, url: string): Listing => ({ name, first: url, page: byLink() });

/** The most that one answer has. */
const mostGroups = 10_000;

/**
 * How further pages are named is not published: an answer that is full may not be all, and nobody may conclude from it that groups were deleted.
 * The vendor's description lists ids alone; those are looked up.
 */
export function groupsOf(context: Context): Listing {
  const listing = whole("groups", `${repositoryPath(context)}/groups?returnInfo=all&$top=${mostGroups}`);
  return {
    ...listing,
    async page(of, first, at) {
      const page = await listing.page(of, first, at);
      if (page.records.length >= mostGroups)
        throw new ProviderResponseError(
          `The repository has ${mostGroups} groups or more: the rest is not listed.`,
          "$",
        );
      const records: unknown[] = [];
      for (const one of page.records)
        records.push(typeof one === "string" ? (await of.http.get(`${groupPath(one)}/info`)).body : one);
      return { ...page, records };
    },
  };
}

const groupPath = (id: string): string => `/v1/Group/${encodeURIComponent(id)}`;

export const membersPath = (groupId: string): string => `${groupPath(groupId)}/members`;

export const membersOf = (groupId: string): Listing => whole("members of a group", membersPath(groupId));

export const usersOf = (context: Context): Listing => whole("members", `${repositoryPath(context)}/users`);

/** Cabinets of all repositories that the app's account sees. */
export const cabinets: Listing = whole("cabinets", "/v1/User/cabinets");

export async function membershipOf({ http }: Context, cabinetId: string): Promise<unknown[]> {
  const { body } = await http.get(`/v1/cabinet/${encodeURIComponent(cabinetId)}/membership`);
  return needList(body, "$");
}

export type Log = "consolidated" | "admin";

/** The parameter is written with a capital letter. A window of a busy repository takes minutes. */
export function logRequest(context: Context, log: Log, from: Date, to: Date): HttpRequest {
  const query = { format: "json", Logtype: log, start: seconds(from), end: seconds(to) };
  return { url: `${repositoryPath(context)}/log`, query, timeoutMs: 120_000, maxBytes: 64 * 1024 * 1024 };
}

const seconds = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;
