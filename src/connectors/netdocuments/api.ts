import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Listing } from "#src/connector-kit/page-walk.ts";
import { byLink } from "#src/connector-kit/pagers.ts";
import { needList } from "#src/connector-kit/record.ts";
import type { HttpRequest } from "#src/platform/http/client.ts";

export const repositoryPath = ({ settings }: Context): string =>
  `/v1/Repository/${encodeURIComponent(settings.repositoryId ?? "")}`;

/** A list that comes all at once. */
export const whole = (name: string, url: string): Listing => ({ name, first: url, page: byLink() });

/** The most that one answer has is 10,000 groups. */
export const groupsOf = (context: Context): Listing =>
  whole("groups", `${repositoryPath(context)}/groups?returnInfo=all&$top=10000`);

export const membersOf = (groupId: string): Listing =>
  whole("members of a group", `/v1/Group/${encodeURIComponent(groupId)}/members`);

export const usersOf = (context: Context): Listing => whole("members", `${repositoryPath(context)}/users`);

/** Cabinets of all repositories that the app's account sees. */
export const cabinets: Listing = whole("cabinets", "/v1/User/cabinets");

export async function membershipOf({ http }: Context, cabinetId: string): Promise<unknown[]> {
  const { body } = await http.get(`/v1/cabinet/${encodeURIComponent(cabinetId)}/membership`);
  return needList(body, "$");
}

export type Log = "consolidated" | "admin";

/** The parameter is written with a capital letter. Both ends are included. */
export function logRequest(context: Context, log: Log, from: Date, to: Date): HttpRequest {
  const query = { format: "json", Logtype: log, start: seconds(from), end: seconds(to) };
  return { url: `${repositoryPath(context)}/log`, query, retry: true };
}

const seconds = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;
