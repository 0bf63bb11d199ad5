import { guarded } from "../../kit/api.ts";
import { jsonBody } from "../../kit/body.ts";
import type { Item } from "../../kit/drive.ts";
import { listingOf } from "../../kit/paging.ts";
import { tokenListing } from "../../kit/token-listing.ts";
import type { SandboxResponse } from "../../provider.ts";
import { actorOf, type BoxCall, type BoxRoute, mayOpen } from "./access.ts";
import { badRequest, chosen, noContent, notFound, ok, problem } from "./answers.ts";
import { ofBoth, withItem } from "./item-routes.ts";
import { collaborationRecord, findItem, type ItemType, labelOf, typeOf } from "./items.ts";
import type { Collaboration } from "./sharing.ts";

const read = "root_readonly";
const write = "root_readwrite";

const template = "metadata/enterprise/securityClassification-6VMVochwUWo";
const key = "Box__Security__Classification__Key";
const labels = ["Public", "Internal", "Confidential", "Secret"];

/** Collaborations, and classifications, which are metadata. */
export const sharingRoutes: BoxRoute[] = [
  ...ofBoth((type, path) => guarded("GET", `${path}/collaborations`, read, withItem(type, listCollaborations))),
  guarded("POST", "/2.0/collaborations", write, invite),
  guarded("DELETE", "/2.0/collaborations/:id", write, (call) => {
    const { tenant, parameters } = call;
    const found = tenant.sharing.find(parameters.id ?? "");
    if (!found || !mayOpen(call, tenant.drive.at(found.item) as Item)) return notFound();
    tenant.sharing.remove(found.id);
    log(call, "COLLABORATION_REMOVE", found);
    return noContent;
  }),
  ...ofBoth((type, path) => guarded("GET", `${path}/${template}`, read, withItem(type, readLabel))),
  ...ofBoth((type, path) => guarded("POST", `${path}/${template}`, write, withItem(type, addLabel))),
  ...ofBoth((type, path) => guarded("PUT", `${path}/${template}`, write, withItem(type, replaceLabel))),
  ...ofBoth((type, path) =>
    guarded(
      "DELETE",
      `${path}/${template}`,
      write,
      withItem(type, (call, item) => {
        if (labelOf(call.tenant, item) === null) return notFound();
        call.tenant.labels.set(item.number, null);
        logItem(call, "METADATA_INSTANCE_DELETE", item);
        return noContent;
      }),
    ),
  ),
];

function listCollaborations(call: BoxCall, item: Item): SandboxResponse {
  const { tenant, request } = call;
  const asked = { token: request.query.get("marker"), size: request.query.get("limit") };
  const page = tokenListing(tenant, listingOf(tenant.sharing.effective(item.number)), asked, {
    sizes: { usual: 100, max: 1000 },
    write: (one) => chosen(collaborationRecord(tenant, one), request),
    shaped: { stream: "collaborations", required: ["id"] },
  });
  if (!page) return badRequest("marker", "Invalid marker");
  return ok({ limit: Number(asked.size ?? 100), next_marker: page.nextToken ?? null, entries: page.entries });
}

interface Invitation {
  item?: { type: ItemType; id: string };
  accessible_by?: { type: "user" | "group"; id?: string; login?: string };
  role?: string;
  expires_at?: string;
}

/** https://developer.box.com/reference/post-collaborations/ */
function invite(call: BoxCall): SandboxResponse {
  const { tenant } = call;
  const { item, accessible_by: by, role, expires_at } = (jsonBody(call.request) ?? {}) as Invitation;
  const found = item && findItem(tenant, item.type, item.id);
  if (!found || !mayOpen(call, found) || found.number === 0) return notFound();
  if (!by || !role) return badRequest("accessible_by", "accessible_by and role are required");
  const who = by.type === "group" ? groupOf(call, by.id) : personOf(call, by.id ?? by.login ?? "");
  if (by.id !== undefined && who === null) return notFound();
  const isThere = tenant.sharing
    .of(found.number)
    .some((one) => (who ? one.by?.id === who.id : one.inviteEmail === by.login));
  if (isThere) return problem(400, "user_already_collaborator", "User is already a collaborator");
  const made = tenant.sharing.add({
    ...{ item: found.number, by: who, inviteEmail: who ? null : (by.login ?? null), role },
    expiresAt: expires_at ?? null,
  });
  log(call, "COLLABORATION_INVITE", made);
  return ok(chosen(collaborationRecord(tenant, made), call.request), 201);
}

function personOf({ tenant: { people } }: BoxCall, text: string): Collaboration["by"] {
  const index = people.find(text);
  return index === undefined ? (people.partner(text) ?? null) : people.mini(index);
}

function groupOf({ tenant: { groups } }: BoxCall, id = ""): Collaboration["by"] {
  const index = groups.find(id);
  return index === undefined ? null : groups.mini(index);
}

function readLabel({ tenant }: BoxCall, item: Item): SandboxResponse {
  const label = labelOf(tenant, item);
  return label === null ? problem(404, "instance_not_found", "Instance not found") : ok(metadata(item, label));
}

function addLabel(call: BoxCall, item: Item): SandboxResponse {
  const label = String(jsonBody(call.request)?.[key]);
  if (!labels.includes(label)) return badRequest(key, "No such classification");
  if (labelOf(call.tenant, item) !== null) return problem(409, "tuple_already_exists", "Tuple already exists");
  call.tenant.labels.set(item.number, label);
  logItem(call, "METADATA_INSTANCE_CREATE", item);
  return ok(metadata(item, label), 201);
}

function replaceLabel(call: BoxCall, item: Item): SandboxResponse {
  const [step] = JSON.parse(call.request.body.toString() || "[]") as { op?: string; path?: string; value?: string }[];
  if (!/^application\/json-patch\+json/.test(call.request.headers["content-type"] ?? ""))
    return problem(415, "unsupported_media_type", "application/json-patch+json is expected");
  if (step?.op !== "replace" || step.path !== `/${key}` || !labels.includes(step.value ?? ""))
    return badRequest(key, "No such classification");
  if (labelOf(call.tenant, item) === null) return notFound();
  call.tenant.labels.set(item.number, step.value ?? null);
  logItem(call, "METADATA_INSTANCE_UPDATE", item);
  return ok(metadata(item, step.value ?? ""));
}

function metadata(item: Item, label: string): Record<string, unknown> {
  const [, name = ""] = template.split("enterprise/");
  return {
    [key]: label,
    $parent: `${typeOf(item)}_${item.number}`,
    $template: name,
    $scope: "enterprise",
    $version: 1,
    $type: `${name}-1`,
    $typeVersion: 1,
    $canEdit: true,
  };
}

function log(call: BoxCall, type: string, { item, by }: Collaboration): void {
  const user = by?.type === "user" ? { user: by } : {};
  call.tenant.append({ type, actor: actorOf(call), item, ...user });
}

function logItem(call: BoxCall, type: string, { number }: Item): void {
  call.tenant.append({ type, actor: actorOf(call), item: number });
}
