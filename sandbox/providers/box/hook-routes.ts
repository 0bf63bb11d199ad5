import { finding, guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import { listingOf } from "../../kit/paging.ts";
import { tokenListing } from "../../kit/token-listing.ts";
import type { SandboxResponse } from "../../provider.ts";
import { type BoxCall, type BoxRoute, type Caller, mayOpen } from "./access.ts";
import { badRequest, noContent, notFound, ok, problem, timeOf } from "./answers.ts";
import { type Hook, signing } from "./hooks.ts";
import { findItem, type ItemType, itemId, typeOf } from "./items.ts";
import type { BoxTenant } from "./tenant.ts";

const scope = "manage_webhook";

const withHook = finding<BoxTenant, Caller, Hook>("id", ({ tenant }, id) => tenant.hooks.all.get(id), notFound);

export const hookRoutes: BoxRoute[] = [
  guarded("GET", "/2.0/webhooks", scope, (call) => {
    const { tenant, request } = call;
    const asked = { token: request.query.get("marker"), size: request.query.get("limit") };
    const page = tokenListing(tenant, listingOf([...tenant.hooks.all.values()]), asked, {
      sizes: { usual: 100, max: 200 },
      write: (hook) => mini(call, hook),
      shaped: { stream: "webhooks", required: ["id"] },
    });
    if (!page) return badRequest("marker", "Invalid marker");
    return ok({ limit: 100, next_marker: page.nextToken ?? null, entries: page.entries });
  }),
  guarded("POST", "/2.0/webhooks", scope, create),
  guarded(
    "GET",
    "/2.0/webhooks/:id",
    scope,
    withHook((call, hook) => ok(record(call, hook))),
  ),
  guarded(
    "PUT",
    "/2.0/webhooks/:id",
    scope,
    withHook((call, hook) => {
      const { address, triggers } = (jsonBody(call.request) ?? {}) as { address?: string; triggers?: string[] };
      if (address) hook.url = address;
      if (triggers) hook.triggers = triggers;
      return ok(record(call, hook));
    }),
  ),
  guarded(
    "DELETE",
    "/2.0/webhooks/:id",
    scope,
    withHook(({ tenant }, hook) => {
      tenant.hooks.all.delete(hook.id);
      return noContent;
    }),
  ),
];

/** https://developer.box.com/reference/post-webhooks/: one for an item, app and user, and none for a root. */
function create(call: BoxCall): SandboxResponse {
  const { tenant, now } = call;
  const body = (jsonBody(call.request) ?? {}) as {
    target?: { id: string; type: ItemType };
    address?: string;
    triggers?: string[];
  };
  const { target, address, triggers } = body;
  const item = target && findItem(tenant, target.type, target.id);
  if (!item || item.number === 0 || !mayOpen(call, item)) return notFound();
  if (!address || !URL.canParse(address) || !triggers?.length) return badRequest("address", "Invalid value");
  if ([...tenant.hooks.all.values()].some((hook) => hook.target === item.number))
    return problem(409, "conflict", "Webhook: app, user, target must be unique");
  const { people } = tenant;
  const hook = tenant.hooks.add({
    id: String(4_000_000 + item.number),
    url: address,
    active: true,
    sign: signing(tenant.keys),
    target: item.number,
    triggers,
    createdBy: call.caller.person === undefined ? { ...people.service } : { ...people.mini(call.caller.person) },
    createdAt: now,
  });
  return ok(record(call, hook), 201);
}

function mini({ tenant }: BoxCall, hook: Hook): Record<string, unknown> {
  const item = tenant.drive.at(hook.target);
  return { id: hook.id, type: "webhook", target: item && { id: itemId(item), type: typeOf(item) } };
}

function record(call: BoxCall, hook: Hook): Record<string, unknown> {
  const { url: address, triggers, createdBy: created_by, createdAt } = hook;
  return { ...mini(call, hook), created_by, created_at: timeOf(createdAt), address, triggers };
}
