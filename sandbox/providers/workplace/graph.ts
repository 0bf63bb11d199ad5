import type { SandboxRequest, SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import type { Access } from "./access.ts";
import { lacking } from "./access.ts";
import type { Refusal } from "./answers.ts";
import { badParameter, graphError, unknownObject } from "./answers.ts";
import type { Group } from "./groups.ts";
import type { Member } from "./members.ts";
import type { Listing } from "./paging.ts";
import { graphPage } from "./paging.ts";
import type { WorkplaceTenant } from "./tenant.ts";

type GraphNode = Record<string, unknown>;

export function refused({ status, error }: Refusal): SandboxResponse {
  return graphError(status, error);
}

/** `GET /community`; `company` is an older name for it. */
export function community(request: SandboxRequest, { tenant }: Access): SandboxResponse {
  const { name } = tenant.options;
  const shown = name.charAt(0).toUpperCase() + name.slice(1);
  const node = { id: tenant.communityId, name: shown, privacy: "CLOSED" };
  return one(request, node, ["id", "name", "privacy"]);
}

/** Lists of people: each is the whole community with some left out. */
export function people(request: SandboxRequest, access: Access, edge: string): SandboxResponse {
  const { tenant } = access;
  const { members } = tenant;
  const needed = edge === "members" || edge === "former_members" ? "Manage work profiles" : "Read work profile";
  const refusal = lacking(access, needed);
  if (refusal) return refused(refusal);
  const inactive = request.query.get("inactive") === "1";
  const listing = (count: number, indexAt: (place: number) => number | undefined): Listing => ({
    count,
    at: (place) => {
      const index = indexAt(place);
      return index === undefined ? undefined : memberNode(members.at(index));
    },
  });
  const present = (index: number) => (members.isDeleted(index) ? undefined : index);
  const listings: Record<string, () => Listing> = {
    members: () => listing(members.all, present),
    organization_members: () =>
      listing(members.all, (index) => (members.isActive(index) === !inactive ? present(index) : undefined)),
    former_members: () => listing(members.former.length, (place) => members.former[place]),
    admins: () => listing(members.administrators.length, (place) => members.administrators[place]),
  };
  return list(request, access, "users", (listings[edge] as () => Listing)());
}

export function groups(request: SandboxRequest, access: Access): SandboxResponse {
  const refusal = lacking(access, "Read group membership");
  if (refusal) return refused(refusal);
  const all = access.tenant.groups;
  const count = access.groups === "all" ? all.count : 0;
  return list(request, access, "groups", { count, at: (place) => groupNode(access.tenant, all.at(place)) });
}

/** `/{group}/members`, `/{group}/admins` and `/{group}/moderators`. On these `administrator` means: of the group. */
export function groupPeople(request: SandboxRequest, access: Access, id: string, edge: string): SandboxResponse {
  const refusal = lacking(access, "Read group membership");
  if (refusal) return refused(refusal);
  const { tenant } = access;
  const group = access.groups === "all" ? tenant.groups.find(id) : undefined;
  if (!group) return refused(unknownObject(id));
  const { count, indexAt } = tenant.groups.membersOf(group);
  const part = { members: [0, count], admins: [0, 1], moderators: [1, 2] }[edge] as [number, number];
  return list(request, access, "members", {
    count: Math.max(0, Math.min(count, part[1]) - part[0]),
    at: (place) => {
      const index = indexAt(part[0] + place);
      return index === undefined
        ? undefined
        : { ...memberNode(tenant.members.at(index)), administrator: part[0] + place === 0 };
    },
  });
}

/** `GET /{id}`: a person (also by e-mail) or a group. */
export function node(request: SandboxRequest, access: Access, id: string): SandboxResponse {
  const { tenant } = access;
  if (id === tenant.communityId) return community(request, access);
  const group = access.groups === "all" ? tenant.groups.find(id) : undefined;
  if (group) {
    const refusal = lacking(access, "Read group membership");
    return refusal ? refused(refusal) : one(request, groupNode(tenant, group), ["id", "name", "privacy"]);
  }
  const index = tenant.members.find(id);
  if (index === undefined) return refused(unknownObject(id));
  const refusal = lacking(access, "Read work profile");
  if (refusal) return refused(refusal);
  const [shaped] = shape(tenant, "users", [memberNode(tenant.members.at(index))], ["id", "name"]);
  return one(request, shaped as GraphNode, ["id", "name"]);
}

function memberNode(member: Member): GraphNode {
  const time = (seconds: number | null) => (seconds === null ? undefined : graphTime(seconds));
  return {
    id: member.id,
    name: member.name,
    first_name: member.first,
    last_name: member.last,
    email: member.email ?? undefined,
    administrator: member.administrator,
    active: member.active,
    account_invite_time: time(member.invitedAt),
    account_claim_time: time(member.claimedAt),
    department: member.department,
    division: member.division,
    title: member.title,
  };
}

function groupNode(tenant: WorkplaceTenant, group: Group): GraphNode {
  const owner = tenant.members.at(group.ownerIndex);
  return {
    id: group.id,
    name: group.name,
    privacy: group.privacy,
    purpose: group.purpose,
    archived: group.archived,
    is_community: true,
    owner: { id: owner.id, name: owner.name },
    updated_time: graphTime(group.updatedAt),
  };
}

function list(request: SandboxRequest, access: Access, stream: string, listing: Listing): SandboxResponse {
  const page = graphPage(request, access, listing);
  const fields = fieldsOf(request) ?? ["id", "name"];
  const unknown = page.data[0] && fields.find((field) => !(field in (page.data[0] as GraphNode)));
  if (unknown) return refused(badParameter(`Tried accessing nonexisting field (${unknown})`));
  const data = shape(
    access.tenant,
    stream,
    page.data.map((record) => cut(record, fields)),
    ["id", "name"],
  );
  return { status: 200, body: { ...page, data } };
}

function one(request: SandboxRequest, record: GraphNode, usual: string[]): SandboxResponse {
  const fields = fieldsOf(request) ?? usual;
  const unknown = fields.find((field) => !(field in record) && !(`${field}_v2` in record));
  if (unknown) return refused(badParameter(`Tried accessing nonexisting field (${unknown})`));
  const body = cut(
    record,
    fields.flatMap((field) => [field, `${field}_v2`]),
  );
  return { status: 200, body };
}

/** The id always comes along. */
function cut(record: GraphNode, fields: string[]): GraphNode {
  return Object.fromEntries(
    Object.entries(record).filter(([name]) => name === "id" || name === "id_v2" || fields.includes(name)),
  );
}

/** `fields=id,name,owner{id}`; null when none were named. What is asked of a part is not looked into. */
function fieldsOf(request: SandboxRequest): string[] | null {
  const fields = request.query.get("fields");
  if (!fields) return null;
  return fields
    .replaceAll(/\{[^}]*\}/g, "")
    .split(",")
    .map((field) => field.trim())
    .filter((field) => field !== "");
}

/** `2026-03-01T12:00:00+0000` */
function graphTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z/, "+0000");
}
