import { ifThere } from "#src/connector-kit/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { optional } from "#src/connector-kit/probe.ts";
import { type Json, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError } from "#src/errors.ts";
import { byPageToken } from "../../_google/paging.ts";
import { membersOf, readAll } from "../api.ts";
import { driveUrl, inNameOf, isPersonRefused } from "./api.ts";
import { type Permission, permissionsOf } from "./permissions.ts";

/**
 * All shared drives of the organisation; an administrator sees them, but not what lies in them.
 * Source: https://developers.google.com/workspace/drive/api/reference/rest/v3/drives/list
 */
export const sharedDrives = {
  first: {
    url: `${driveUrl}/drives`,
    query: { useDomainAdminAccess: true, pageSize: 100, fields: "kind,nextPageToken,drives(id,name,restrictions)" },
  },
  page: byPageToken("drives", { kind: "drive#driveList" }),
};

/** Those who see everything first. */
const byReach = ["organizer", "fileOrganizer", "writer", "commenter", "reader"];

/** People who are tried before a drive is taken for one that nobody can be asked in the name of. */
const maxTries = 5;

/**
 * A member of the organisation in whose name a shared drive can be read: drives belong to nobody. Throws ProviderNotFoundError when there is none.
 */
export async function memberOf(context: Context, driveId: string): Promise<string> {
  const permissions = await permissionsOf(context, driveId, { useDomainAdminAccess: true });
  const ordered = permissions
    .filter(({ type }) => type === "user" || type === "group")
    .sort((one, other) => rank(one) - rank(other));
  let tries = 0;
  for (const permission of ordered) {
    for (const email of await addressesOf(context, permission)) {
      if (tries++ >= maxTries) break;
      if (await opens(inNameOf(context, email), driveId)) return email;
    }
  }
  throw new ProviderNotFoundError("The shared drive has no member of the organisation in whose name it could be read.");
}

function rank({ type, role }: Permission): number {
  return byReach.indexOf(role) * 2 + (type === "user" ? 0 : 1);
}

async function addressesOf(context: Context, { type, email }: Permission): Promise<string[]> {
  if (email === null) return [];
  if (type === "user") return [email];
  const { first, page } = membersOf(email);
  // Groups are read with a scope of their own, which need not be granted.
  const { value: members } = await optional(() => ifThere(() => readAll(context, "members", first, page)));
  return (members ?? []).flatMap((one: Json) => (one.type === "USER" ? (textOf(one.email) ?? []) : []));
}

async function opens({ http }: Context, driveId: string): Promise<boolean> {
  try {
    const { body } = await http.get(`${driveUrl}/drives/${encodeURIComponent(driveId)}`, { query: { fields: "id" } });
    return objectOf(body).id === driveId;
  } catch (error) {
    if (isPersonRefused(error)) return false;
    throw error;
  }
}

/** Whom calls about files of this container are made as: the owner of a My Drive, or a member of a shared drive. */
export async function subjectOf(context: Context, container: string): Promise<string> {
  return container.includes("@") ? container : await memberOf(context, container);
}
