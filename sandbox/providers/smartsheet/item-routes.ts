import { guarded } from "../../kit/api.ts";
import { listingOf } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import type { SmartsheetCall, SmartsheetRoute } from "./access.ts";
import { iso, notFound, ok } from "./answers.ts";
import { findItem, type Item, itemsOf, type Kind, kinds } from "./items.ts";
import { page } from "./user-routes.ts";

const scopeOf = (kind: Kind): string => (kind === "sight" ? "READ_SIGHTS" : "READ_SHEETS");

export const itemRoutes: SmartsheetRoute[] = [
  ...kinds.map((kind) =>
    guarded<SmartsheetCall["tenant"], SmartsheetCall["caller"]>("GET", `/2.0/${kind}s`, scopeOf(kind), (call) =>
      page(call, listingOf(itemsOf(kind)), "items", ["id"], ({ id, name }) => ({
        ...{ id: Number(id), name, accessLevel: "OWNER" },
        permalink: `https://app.smartsheet.com/${kind}s/${id}`,
        ...(kind !== "workspace" && { createdAt: iso(call.tenant.options.createdAt - 86_400_000) }),
        ...(kind !== "workspace" && { modifiedAt: iso(call.tenant.options.createdAt) }),
      })),
    ),
  ),
  ...(["sheet", "report", "sight"] as const).map((kind) =>
    guarded<SmartsheetCall["tenant"], SmartsheetCall["caller"]>(
      "GET",
      `/2.0/${kind}s/:id/publish`,
      scopeOf(kind),
      (call) => {
        const item = findItem(kind, call.parameters.id ?? "");
        return item ? publishState(call, item) : notFound();
      },
    ),
  ),
  guarded("GET", "/2.0/shares", "READ_SHEETS", (call) => {
    const { query } = call.request;
    const kind = kinds.find((one) => one === query.get("assetType"));
    const item = kind && findItem(kind, query.get("assetId") ?? "");
    return item ? ok({ items: sharesOf(call, item) }) : notFound();
  }),
];

/** A sheet in five, and what `publish-item` names. */
function publishState({ tenant }: SmartsheetCall, { kind, id, number }: Item): SandboxResponse {
  const isPublished = tenant.published.has(id) || (kind === "sheet" && number === 4);
  if (kind !== "sheet")
    return ok({
      readOnlyFullEnabled: isPublished,
      ...(isPublished && { readOnlyFullAccessibleBy: "ALL", readOnlyFullUrl: `https://publish.smartsheet.com/${id}` }),
    });
  return ok({
    ...{ readOnlyLiteEnabled: false, readOnlyFullEnabled: isPublished, readWriteEnabled: false, icalEnabled: false },
    ...(isPublished && { readOnlyFullAccessibleBy: "ALL", readOnlyFullUrl: `https://publish.smartsheet.com/${id}` }),
  });
}

function sharesOf({ tenant }: SmartsheetCall, { kind, number }: Item): Record<string, unknown>[] {
  const { people, groups } = tenant;
  const user = (index: number, accessLevel: string) => ({
    ...{ id: `s${index}`, type: "USER", userId: Number(people.idOf(index)), email: people.emailOf(index) },
    ...{ name: people.person(index).name, accessLevel, scope: "ITEM" },
  });
  const guest = Array.from({ length: people.count }, (_, index) => index).find((index) => people.isGuest(index));
  return [
    user(0, "OWNER"),
    ...(people.count > 5 ? [user(5, "EDITOR")] : []),
    ...(groups.count > 0
      ? [
          {
            id: "g0",
            type: "GROUP",
            groupId: Number(groups.idOf(0)),
            name: groups.record(0).name,
            accessLevel: "VIEWER",
          },
        ]
      : []),
    ...(kind === "workspace" && number === 0 && guest !== undefined ? [user(guest, "EDITOR_SHARE")] : []),
    ...(kind === "sheet" && number === 2 && guest !== undefined ? [user(guest, "VIEWER")] : []),
  ];
}
