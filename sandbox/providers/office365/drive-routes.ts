import type { ApiRoute, Call } from "../../kit/api.ts";
import { guarded, open } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import type { Item } from "../../kit/drive.ts";
import { listingOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { openToken, sealToken } from "../../tokens.ts";
import { shape } from "../../trouble.ts";
import { badRequest, created, noContent, notFound, ok, problem } from "../_microsoft/answers.ts";
import type { Caller } from "../_microsoft/entra.ts";
import { listed, selected } from "../_microsoft/graph.ts";
import { driveRecord, itemRecord, siteRecord } from "./drive-items.ts";
import type { SiteDrive } from "./drives.ts";
import { filesOf } from "./files.ts";
import type { Office365Tenant } from "./tenant.ts";

export type FileCall = Call<Office365Tenant, Caller>;
type FileRoute = ApiRoute<Office365Tenant, Caller>;

const read = "Files.Read.All";
const write = "Files.ReadWrite.All";
const items = "/v1.0/drives/:drive/items/:item";

export function withDrive(run: (call: FileCall, drive: SiteDrive) => SandboxResponse | Promise<SandboxResponse>) {
  return (call: FileCall) => {
    const drive = filesOf(call.tenant).drives.find(call.parameters.drive ?? "");
    return drive ? run(call, drive) : itemNotFound;
  };
}

export function withItem(
  run: (call: FileCall, drive: SiteDrive, item: Item) => SandboxResponse | Promise<SandboxResponse>,
) {
  return withDrive((call, drive) => {
    const item = drive.find(call.parameters.item ?? "");
    return item ? run(call, drive, item) : itemNotFound;
  });
}

const itemNotFound = problem(404, "itemNotFound", "The resource could not be found.");

export const driveRoutes: FileRoute[] = [
  guarded("GET", "/v1.0/sites/getAllSites", "Sites.Read.All", allSites),
  // The next page has the name of the function with its namespace.
  guarded("GET", "/v1.0/sites/oneDrive.getAllSites", "Sites.Read.All", allSites),
  guarded("GET", "/v1.0/sites/:site/drives", "Sites.Read.All", (call) => {
    const { drives } = filesOf(call.tenant);
    const site = drives.sites.findIndex(({ id }) => id === call.parameters.site);
    if (site < 0) return itemNotFound;
    return listed(call, listingOf(drives.all.filter((drive) => drive.site === site)), {
      ...{ stream: "files", required: ["id"] },
      write: (drive) => driveRecord(drive, drives, call.tenant.people),
    });
  }),
  guarded("GET", "/v1.0/sites/:site/sites", "Sites.Read.All", (call) => {
    const { drives } = filesOf(call.tenant);
    const site = drives.sites.findIndex(({ id }) => id === call.parameters.site);
    if (site < 0) return itemNotFound;
    return listed(call, listingOf(drives.sites.filter(({ above }) => above === site)), {
      ...{ stream: "files", required: ["id"] },
      write: (one) => siteRecord(one, call.tenant.options.createdAt),
    });
  }),
  guarded(
    "GET",
    "/v1.0/drives/:drive",
    read,
    withDrive(({ tenant, request }, drive) =>
      ok(selected(request, driveRecord(drive, filesOf(tenant).drives, tenant.people))),
    ),
  ),
  guarded("GET", "/v1.0/drives/:drive/root/delta", read, withDrive(delta)),
  guarded(
    "GET",
    items,
    read,
    withItem((call, drive, item) => ok(selected(call.request, written(call, drive, item)))),
  ),
  guarded(
    "GET",
    `${items}/children`,
    read,
    withItem((call, drive, item) =>
      listed(call, listingOf(drive.files.childrenOf(item.number)), {
        ...{ stream: "files", size: { usual: 200, max: 999 } },
        write: (child) => written(call, drive, child),
      }),
    ),
  ),
  guarded("POST", `${items}/children`, write, withItem(createFolder)),
  guarded("PATCH", items, write, withItem(changeItem)),
  guarded(
    "DELETE",
    items,
    write,
    withItem(({ now }, drive, item) => {
      drive.files.trash(item.number, 0, now);
      drive.changed(item.number);
      return noContent;
    }),
  ),
  guarded(
    "POST",
    `${items}/permanentDelete`,
    write,
    withItem(({ now }, drive, item) => {
      drive.files.delete(item.number, 0, now);
      drive.changed(item.number);
      return noContent;
    }),
  ),
  guarded(
    "GET",
    `${items}/content`,
    read,
    withItem(({ tenant, now }, drive, item) => {
      if (item.isFolder) return badRequest("You cannot get content for a folder");
      const id = `${drive.index}/${item.number}`;
      const claims = { tenant: tenant.options.name, kind: "download", id, scopes: [] };
      const token = sealToken(tenant.options, "", { ...claims, expiresAt: now + 3_600_000 });
      const location = `https://${filesOf(tenant).drives.host}/_layouts/15/download.aspx?UniqueId=${drive.itemId(item.number)}&tempauth=${token}`;
      return { status: 302, headers: { location } };
    }),
  ),
];

/** At SharePoint itself: everybody who has the address may download, for an hour. */
export const downloadRoute: FileRoute = open("GET", "/_layouts/15/download.aspx", ({ tenant, request, now }) => {
  const claims = openToken(tenant.options, "", request.query.get("tempauth") ?? "", now);
  const [drive = -1, number = -1] = claims?.kind === "download" ? claims.id.split("/").map(Number) : [];
  const files = filesOf(tenant).drives.all[drive]?.files;
  const item = files?.at(number);
  if (!files || !item) return { status: 401, body: "" };
  const headers = { "content-type": item.mimeType ?? "application/octet-stream" };
  return { status: 200, headers, body: files.contentOf(number) };
});

function allSites(call: FileCall): SandboxResponse {
  const { drives } = filesOf(call.tenant);
  const answer = listed(call, listingOf(drives.sites.filter(({ above }) => above === null)), {
    ...{ stream: "files", required: ["id"], size: { usual: 200, max: 999 } },
    write: (site) => siteRecord(site, call.tenant.options.createdAt),
  });
  const { "@odata.nextLink": next, ...body } = answer.body as Record<string, unknown>;
  const renamed = String(next).replace("/sites/getAllSites", "/sites/oneDrive.getAllSites");
  return { ...answer, body: next === undefined ? body : { ...body, "@odata.nextLink": renamed } };
}

export function written({ tenant, request, now }: FileCall, drive: SiteDrive, item: Item): Record<string, unknown> {
  const hierarchical = /\bhierarchicalsharing\b/i.test(String(request.headers.prefer ?? ""));
  return itemRecord(drive, filesOf(tenant).drives, tenant.people, item, { hierarchical, now });
}

const pageSize = 30;

interface Place {
  /** Of the enumeration: the number of the next item; null when it has ended. */
  from: number | null;
  /** Position in the journal to go on from. */
  after: number;
}

/** https://learn.microsoft.com/en-us/graph/api/driveitem-delta */
function delta(call: FileCall, drive: SiteDrive): SandboxResponse {
  const { request, tenant } = call;
  const token = request.query.get("token");
  const place = token === "latest" ? { from: null, after: drive.changes.length } : placeOf(token, drive);
  if (!place) return problem(410, "resyncChangesApplyDifferences", "Resync required.", { location: linkOf(drive, "") });
  const records: Record<string, unknown>[] = [];
  let next: Place | null = null;
  if (place.from !== null) {
    for (let number = place.from; number < drive.files.count; number++) {
      const item = drive.files.at(number);
      if (!item || !drive.isThere(item)) continue;
      if (records.length === pageSize) {
        next = { from: number, after: place.after };
        break;
      }
      records.push(written(call, drive, item));
    }
  } else if (token !== "latest") records.push(...changesAfter(call, drive, place.after));
  const later = { from: null, after: place.from === null ? drive.changes.length : place.after };
  const link = next
    ? { "@odata.nextLink": linkOf(drive, tokenOf(next)) }
    : { "@odata.deltaLink": linkOf(drive, tokenOf(later)) };
  return ok({
    "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#Collection(driveItem)",
    ...link,
    value: shape(tenant, "files", records, ["id", "name"]),
  });
}

function changesAfter(call: FileCall, drive: SiteDrive, after: number): Record<string, unknown>[] {
  const changed = new Map<number, boolean>();
  for (const { item, shared } of drive.changes.slice(after)) changed.set(item, shared || changed.get(item) === true);
  const withSharing = /\bdeltashowsharingchanges\b/i.test(String(call.request.headers.prefer ?? ""));
  const root = drive.files.at(0)!;
  const records = [...changed].map(([number, shared]) => {
    const item = drive.files.at(number);
    if (!item || !drive.isThere(item)) return { id: drive.itemId(number), deleted: { state: "deleted" } };
    // Folders are not marked: https://github.com/microsoftgraph/msgraph-sdk-java/issues/2548
    const flag = shared && withSharing && !item.isFolder ? { "@microsoft.graph.sharedChanged": "True" } : {};
    return { ...flag, ...written(call, drive, item) };
  });
  return records.length === 0 ? [] : [written(call, drive, root), ...records];
}

function linkOf({ id }: SiteDrive, token: string): string {
  return `https://graph.microsoft.com/v1.0/drives/${encodeURIComponent(id)}/root/delta?token=${token}`;
}

function tokenOf({ from, after }: Place): string {
  return Buffer.from(`${from ?? "-"};${after}`).toString("base64url");
}

function placeOf(token: string | null, drive: SiteDrive): Place | undefined {
  if (token === null || token === "") return { from: 0, after: drive.changes.length };
  const [, from, after] = /^(-|\d+);(\d+)$/.exec(Buffer.from(token, "base64url").toString()) ?? [];
  if (from === undefined) return undefined;
  return { from: from === "-" ? null : Number(from), after: Number(after) };
}

function createFolder(call: FileCall, drive: SiteDrive, above: Item): SandboxResponse {
  const { name, folder } = (jsonBody(call.request) ?? {}) as { name?: string; folder?: object };
  if (!name || !folder || !above.isFolder) return badRequest("A folder needs a name.");
  if (drive.files.childrenOf(above.number).some((child) => child.name === name))
    return problem(409, "nameAlreadyExists", "An item with the same name already exists under the parent");
  const made = drive.files.create({ name, parent: above.number, isFolder: true }, 0, call.now);
  drive.changed(made.number);
  return created(written(call, drive, made));
}

function changeItem(call: FileCall, drive: SiteDrive, item: Item): SandboxResponse {
  const { name, parentReference } = (jsonBody(call.request) ?? {}) as {
    name?: string;
    parentReference?: { id?: string };
  };
  if (item.number === 0) return badRequest("The root of a drive cannot be changed.");
  if (name) drive.files.rename(item.number, name, 0, call.now);
  if (parentReference) {
    const target = drive.find(parentReference.id ?? "");
    if (!target?.isFolder) return notFound(parentReference.id ?? "");
    drive.files.move(item.number, target.number, 0, call.now);
  }
  drive.changed(item.number);
  return ok(written(call, drive, drive.files.at(item.number)!));
}
