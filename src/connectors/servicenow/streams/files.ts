import type { FileItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction, StreamPage, StreamParts } from "#src/connector-kit/contract/streams.ts";
import { needStoredInstant, readCursor, writeCursor } from "#src/connector-kit/cursor.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import type { Pager } from "#src/connector-kit/pagers.ts";
import { readEach } from "#src/connector-kit/record.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { from } from "../encoded-query.ts";
import { KnowledgeAccess } from "../knowledge.ts";
import { manifest } from "../manifest.ts";
import { attachmentFields, toFile } from "../map-files.ts";
import { byId, byTime, table } from "../tables.ts";

const kind = { form: "attachments1" };

/** An attachment carries the time of its insertion, and shows when the transaction that made it has ended. */
const overlapMs = 5 * 60_000;

export const fileParts: StreamParts = async () => [
  { name: "attachments", label: "All attachments" },
  { name: "changes", label: "New attachments", feed: true },
];

/** All attachments; or those that are new, which jump the queue. */
export const files: StreamFunction<"FILES"> = naming<"FILES">(manifest.streams.FILES.scopes, (context, cursor) => {
  if (context.part === "changes") return changes(context, cursor);
  const access = new KnowledgeAccess(context);
  return stages<FileItem>(context, cursor, [
    {
      name: "attachments",
      first: table("sys_attachment", { fields: attachmentFields }),
      page: learning(access, byId),
      items: (one, path) => toFile(one, path, access.levelOf(one)),
    },
  ]);
});

/** What was added or renamed since the last run; the first one takes the present position. Deletions are found by the next listing. */
async function* changes(
  context: StreamContext,
  cursor: string | null,
): AsyncGenerator<StreamPage<FileItem | UnreadableItem>, void, void> {
  const now = context.now();
  const next = writeCursor(kind, { at: now });
  if (cursor === null) return yield { items: [], cursor: next };
  const since = new Date(needStoredInstant(readCursor(kind, cursor).at, now).getTime() - overlapMs);
  const access = new KnowledgeAccess(context);
  const pages = walkPages(context, {
    name: "new attachments",
    first: table("sys_attachment", { fields: attachmentFields, where: [from("sys_updated_on", since)] }),
    page: learning(access, byTime("sys_updated_on")),
  });
  for await (const { records, path } of pages)
    yield { items: readEach(records, path, (one, at) => toFile(one, at, access.levelOf(one))), cursor };
  yield { items: [], cursor: next };
}

/** Pages whose records' access has been read. */
function learning(access: KnowledgeAccess, pager: Pager): Pager {
  return async (context, first, at) => {
    const page = await pager(context, first, at);
    await access.learn(page.records);
    return page;
  };
}
