import { expect, test } from "vitest";
import type { FileItem, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamPage } from "#src/connector-kit/contract/streams.ts";
import { office365 } from "#src/connectors/office365/index.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { contextOf } from "../../connector-kit/context.ts";
import type { FakeAnswer } from "../fake-client.ts";

const drive = (id: string) => ({ id, driveType: "business", owner: { user: { id: `owner of ${id}` } } });
const parent = { driveId: "b!open", id: "root", path: "/drives/b!open/root:" };

/** Two sites, of which one is closed, and a file whose permissions are. */
function tenant(closed: number) {
  return contextOf((path): FakeAnswer => {
    if (path.startsWith("/sites/getAllSites"))
      return { body: { value: ["shut", "open"].map((id) => ({ id, isPersonalSite: true })) } };
    if (path.startsWith("/sites/shut/drives")) return { status: closed };
    if (path.startsWith("/sites/open/drives")) return { body: { value: [drive("b!open")] } };
    if (path.includes("/items/secret/permissions")) return { status: closed };
    if (path.includes("/permissions")) return { body: { value: [] } };
    if (path.includes("token=latest"))
      return { body: { value: [], "@odata.deltaLink": "/drives/b!open/root/delta?token=1" } };
    if (path.includes("token=1")) return { status: closed };
    const value = [
      { id: "root", name: "root", root: {}, folder: {} },
      { id: "plan", name: "plan.txt", file: {}, parentReference: parent },
      { id: "secret", name: "secret.txt", file: {}, shared: {}, parentReference: parent },
    ];
    return { body: { value, "@odata.deltaLink": "/drives/b!open/root/delta?token=1" } };
  });
}

async function read(part: string, closed: number, cursor: string | null = null) {
  const items: (FileItem | UnreadableItem)[] = [];
  let next = cursor;
  const pages = office365.streams.FILES!({ ...tenant(closed), part }, cursor) as AsyncGenerator<StreamPage<FileItem>>;
  for await (const page of pages) {
    items.push(...page.items);
    next = page.cursor;
  }
  return { items, next };
}

test.each([423, 403])(
  "a site that is closed (%i) is set aside, the others are read, and what it does not show stays unknown",
  async (closed) => {
    const { items, next } = await read("content", closed);
    expect(next).toBeNull();
    expect(items).toMatchObject([
      { kind: "unreadable", reason: expect.stringMatching(/./) },
      { kind: "file", externalId: "b!open/plan", sharing: "PRIVATE" },
      { kind: "file", externalId: "b!open/secret", sharing: null },
    ]);
  },
);

test("the feed of changes keeps its position in a drive that was closed meanwhile", async () => {
  const first = await read("changes", 423);
  const second = await read("changes", 423, first.next);
  expect(second.items).toEqual([]);
  const drives = (cursor: string | null) => JSON.parse(cursor!).drives;
  expect(drives(second.next)).toEqual(drives(first.next));
});

test("without the permission for sites nothing is concluded of any", async () => {
  const pages = office365.streams.FILES!({ ...contextOf(() => ({ status: 403 })), part: "content" }, null);
  await expect(pages.next()).rejects.toThrow(ProviderScopeError);
});
