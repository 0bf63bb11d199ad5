import type { ActivityRecord, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage, StreamPart } from "#src/connector-kit/contract/streams.ts";
import { isBelow } from "#src/connector-kit/cursor.ts";
import { isRefused, PageWalk } from "#src/connector-kit/page-walk.ts";
import { byLink, type Pager } from "#src/connector-kit/pagers.ts";
import {
  isUnreadable,
  type Json,
  needList,
  needObject,
  needText,
  objectOf,
  readEach,
} from "#src/connector-kit/record.ts";
import { ProviderRequestError, ProviderResponseError } from "#src/errors.ts";
import { needUtc } from "../../_microsoft/time.ts";
import { activityAudience, activityClient, activityFeed, publisher } from "../api.ts";
import { numberIn } from "../audit-record.ts";
import { ContentPosition } from "../content-position.ts";
import { toAuditActivity } from "../map-audit-record.ts";

type Item = ActivityRecord | UnreadableItem;

const feedScopes = ["ActivityFeed.Read"] as const;
const categories = ["USER", "ADMIN"] as const;

/** One part for each type of content, named as the API names it. */
export const contentParts: readonly StreamPart[] = [
  { name: "Audit.Exchange", label: "Exchange", scopes: feedScopes, categories },
  { name: "Audit.SharePoint", label: "SharePoint and OneDrive", scopes: feedScopes, categories },
  {
    name: "Audit.General",
    label: "Teams, Power BI, Power Automate, Dynamics 365 CRM, Yammer, Skype for Business and others",
    scopes: feedScopes,
    categories,
  },
  {
    name: "DLP.All",
    label: "Matches of rules against data loss",
    scopes: [...feedScopes, "ActivityFeed.ReadDlp"],
    categories,
  },
];

/** Sign-ins from the audit log, for tenants whose licence keeps them out of Graph. */
export const unlicensedSignIns: StreamPart = {
  name: "Audit.AzureActiveDirectory",
  label: "Sign-ins in the audit log",
  scopes: feedScopes,
  categories: ["LOG_ON"],
};

/** Of the directory's content only sign-ins: its audits come from Graph, sooner and with more in them. */
const signInRecords = new Set([9, 15]);

function isWanted(contentType: string, record: Json): boolean {
  if (contentType !== unlicensedSignIns.name) return true;
  return signInRecords.has(numberIn(record.RecordType) ?? -1);
}

/** Items are stored together: a page for each blob would be a transaction for each. */
const enoughItems = 500;
/** A subscription must not be started again sooner. */
const restartMs = 15 * 60_000;

/**
 * One type of content of the unified audit log: its blobs by the time they became available, each with some records, in no order and at times
 * twice. The subscription is started before the first read; until its first content is there, up to twelve hours may pass.
 * Throws StreamCursorError when content was lost because nobody read it for a week.
 * Source: https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-reference
 */
export async function* readAuditContent(
  context: StreamContext,
  cursor: string | null,
  contentType: string,
): AsyncGenerator<StreamPage<Item>, void, void> {
  const feed = { ...context, http: activityClient(context) };
  const position = new ContentPosition(context, contentType, cursor);
  if (cursor === null) await subscribe(feed, contentType);
  try {
    for (let window = position.next(); window !== null; window = position.next()) {
      const walk = new PageWalk(feed, listing(feed, contentType, window), window.place);
      while (!walk.done) {
        const { records } = await walk.next();
        for await (const items of blobsOf(feed, records, position, contentType))
          yield { items, cursor: position.write() };
        position.notePage(walk.done ? null : walk.place);
      }
      yield { items: [], cursor: position.write() };
    }
  } catch (error) {
    if (!isUnsubscribed(error)) throw error;
    await subscribe(feed, contentType);
    yield { items: [], cursor: position.write(), resumeAt: new Date(context.now().getTime() + restartMs) };
  }
}

interface Blob {
  id: string;
  uri: string;
  createdAt: Date;
  raw: Json;
}

function toBlob(value: unknown, path: string): Blob {
  const raw = needObject(value, path);
  return {
    id: needText(raw.contentId, `${path}.contentId`),
    uri: needText(raw.contentUri, `${path}.contentUri`),
    createdAt: needUtc(raw.contentCreated, `${path}.contentCreated`),
    raw,
  };
}

/** The records of the blobs of one page that were not read yet, some hundred at a time; the position knows what it has given out. */
async function* blobsOf(
  feed: StreamContext,
  rows: readonly unknown[],
  position: ContentPosition,
  contentType: string,
): AsyncGenerator<Item[], void, void> {
  const blobs = readEach(rows, "", toBlob);
  let items: Item[] = blobs.filter(isUnreadable);
  for (const blob of blobs) {
    feed.signal.throwIfAborted();
    if (isUnreadable(blob) || position.isRead(blob.id)) continue;
    items.push(...(await recordsOf(feed, blob, contentType)));
    position.noteRead(blob.id, blob.createdAt);
    if (items.length < enoughItems) continue;
    yield items;
    items = [];
  }
  if (items.length > 0) yield items;
}

/** The records of one blob. One that has expired meanwhile is set aside. */
async function recordsOf(feed: StreamContext, { uri, raw }: Blob, contentType: string): Promise<Item[]> {
  if (!isBelow(uri, [activityAudience(feed.settings)]))
    throw new ProviderResponseError("The content lies on another host.", "contentUri");
  try {
    const { body } = await feed.http.get(uri, { query: publisher(feed.settings) });
    const records = needList(body, "content").filter((record) => isWanted(contentType, objectOf(record)));
    return readEach(records, "content", toAuditActivity).filter((item) => isWithin(item, feed));
  } catch (error) {
    if (!isRefused(error)) throw error;
    return [{ kind: "unreadable", path: "contentUri", reason: (error as Error).message, raw }];
  }
}

/** Content of a back-fill's days holds what happened before and after. */
function isWithin(item: Item, { from, to }: StreamContext): boolean {
  return to === null || !("occurredAt" in item) || (item.occurredAt >= from && item.occurredAt <= to);
}

function listing({ settings }: StreamContext, contentType: string, { from, to }: { from: Date; to: Date }) {
  const second = (at: Date) => at.toISOString().slice(0, 19);
  return {
    name: contentType,
    first: {
      url: `${activityFeed(settings)}/subscriptions/content`,
      query: { contentType, startTime: second(from), endTime: second(to), ...publisher(settings) },
    },
    page: contentPages(settings),
  };
}

/** Next pages are named by a header, with another spelling of the version and without the publisher. */
function contentPages(settings: StreamContext["settings"]): Pager {
  const path = activityFeed(settings).replace("/v1.0/", "/v1/");
  const page = byLink({ header: "NextPageUri", below: [`${path}/subscriptions/content`] });
  const { PublisherIdentifier } = publisher(settings);
  return (context, first, at) => {
    if (at === null || /[?&]PublisherIdentifier=/i.test(at)) return page(context, first, at);
    return page(context, first, `${at}&PublisherIdentifier=${PublisherIdentifier}`);
  };
}

/** Starts the subscription of a type of content, unless it is there. */
async function subscribe({ http, settings }: StreamContext, contentType: string): Promise<void> {
  const query = publisher(settings);
  const { body } = await http.get(`${activityFeed(settings)}/subscriptions/list`, { query });
  const known = needList(body, "").map(objectOf);
  if (known.some((one) => one.contentType === contentType && one.status === "enabled")) return;
  await http.post(`${activityFeed(settings)}/subscriptions/start`, { query: { contentType, ...query }, retry: true });
}

/** The subscription was stopped: AF20022. */
function isUnsubscribed(error: unknown): boolean {
  return error instanceof ProviderRequestError && error.message.includes("AF20022");
}
