import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { needId, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { directory, userPages } from "../api.ts";
import { driveUrl } from "./api.ts";
import { sharedDrives } from "./drives.ts";

/** A drive with a feed of changes of its own. */
export interface DriveFeed {
  /** Address of the person, or id of the shared drive: the container of its files. */
  key: string;
  /** Of a shared drive. */
  name: string | null;
}

const userFields = "kind,nextPageToken,users(primaryEmail,suspended,archived)";
const people = {
  name: "people",
  first: { url: `${directory}/users`, query: { customer: "my_customer", maxResults: 500, fields: userFields } },
  page: userPages,
};

/** Shared drives first: what is moved from one to a person leaves it before it arrives there. People who are suspended have no feed. */
export async function feedsOf(context: Context): Promise<DriveFeed[]> {
  const feeds: DriveFeed[] = [];
  for await (const { records, path } of walkPages(context, { name: "shared drives", ...sharedDrives }))
    for (const [index, record] of records.entries()) {
      const { id, name } = needObject(record, `${path}[${index}]`);
      const key = needId(id, `${path}[${index}].id`);
      feeds.push({ key, name: textOf(name) ?? key });
    }
  for await (const { records, path } of walkPages(context, people))
    for (const [index, record] of records.entries()) {
      const { primaryEmail, suspended, archived } = needObject(record, `${path}[${index}]`);
      if (suspended === true || archived === true) continue;
      feeds.push({ key: needText(primaryEmail, `${path}[${index}].primaryEmail`), name: null });
    }
  return feeds;
}

/** What the calls of a feed have in common. https://developers.google.com/workspace/drive/api/guides/manage-changes */
export function feedQuery({ key, name }: DriveFeed): Record<string, string | boolean> {
  return name === null
    ? { supportsAllDrives: true }
    : { driveId: key, includeItemsFromAllDrives: true, supportsAllDrives: true };
}

/** The present position of a feed; the context acts as a person who may read the drive. */
export async function startOf({ http }: Context, feed: DriveFeed): Promise<string> {
  const query = { supportsAllDrives: true, ...(feed.name === null ? {} : { driveId: feed.key }) };
  const { body } = await http.get(`${driveUrl}/changes/startPageToken`, { query });
  return needText(objectOf(body).startPageToken, "startPageToken");
}
