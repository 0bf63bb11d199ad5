import type { Context } from "#src/connector-kit/contract/context.ts";
import type { StreamFunction, StreamPart } from "#src/connector-kit/contract/streams.ts";
import { followTime } from "#src/connector-kit/log.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { byPageToken } from "../../_google/paging.ts";
import { organizationOf } from "../api.ts";
import { toActivity } from "../map.ts";

/** Entries are searchable well within this time after Logging received them. */
const overlapMs = 10 * 60_000;

/** How long an entry may be under way before Logging receives it: sign-ins that Google Workspace shares take hours. Bounds what is searched. */
const latestMs = 3 * 86_400_000;

/**
 * Where audit logs are: a log view that has them all, or the organization, each folder and each project by itself, for `organizations/…`
 * alone returns nothing of what lies below. One that denies reading is a part that fails, and the others go on. Projects that Apps Script
 * makes for scripts, and those that are being deleted, are left out.
 * Source: https://cloud.google.com/asset-inventory/docs/reference/rest/v1/TopLevel/searchAllResources
 */
export async function activityParts(context: Context): Promise<StreamPart[]> {
  const { settings } = context;
  if (settings.logView) return [{ name: settings.logView, label: "Log view" }];
  const organization = organizationOf(settings);
  const query = new URLSearchParams({ pageSize: "500" });
  for (const kind of ["Folder", "Project"]) query.append("assetTypes", `cloudresourcemanager.googleapis.com/${kind}`);
  const first = `/v1/${organization}:searchAllResources?${query}`;
  const parts: StreamPart[] = [{ name: organization, label: "Organization" }];
  for await (const { records } of walkPages(context, { name: "projects", first, page: byPageToken("results") }))
    parts.push(...records.flatMap((record, index) => partOf(record, `results[${index}]`)));
  return parts;
}

function partOf(value: unknown, path: string): StreamPart[] {
  const found = needObject(value, path);
  const name = needText(found.name, `${path}.name`).replace(/^\/\/cloudresourcemanager\.googleapis\.com\//, "");
  const isScript = /^projects\/sys-\d+$/.test(name) || textOf(objectOf(found.labels).type) === "apps-script";
  if (isScript || (textOf(found.state) ?? "ACTIVE") !== "ACTIVE") return [];
  return [{ name, label: textOf(found.displayName) ?? name }];
}

/**
 * The four audit logs of one part, by the time at which Logging received entries and not by the time they bear: so an entry that comes late is
 * read when it comes. Back-fills go by the entries' own time. 1000 a page; the same entry is the same by log, time and insertId.
 * Source: https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list
 */
export const activities: StreamFunction<"ACTIVITIES"> = (context, cursor) => {
  const part = context.part ?? organizationOf(context.settings);
  const filter = (from: Date, to: Date | null): string => {
    const logs = 'logName:"cloudaudit.googleapis.com"';
    if (to !== null) return `${logs} AND timestamp>="${from.toISOString()}" AND timestamp<="${to.toISOString()}"`;
    const oldest = new Date(from.getTime() - latestMs);
    return `${logs} AND timestamp>="${oldest.toISOString()}" AND receiveTimestamp>="${from.toISOString()}"`;
  };
  return followTime(context, cursor, {
    name: "audit logs",
    of: part,
    first: (from, to) => ({
      method: "POST",
      url: "https://logging.googleapis.com/v2/entries:list",
      json: { resourceNames: [part], filter: filter(from, to), orderBy: "timestamp asc", pageSize: 1000 },
    }),
    page: byPageToken("entries", { json: true }),
    items: toActivity,
    oldestFirst: true,
    overlapMs,
  });
};
