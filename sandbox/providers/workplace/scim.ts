import type { SandboxRequest, SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import type { Access } from "./access.ts";
import { lacking } from "./access.ts";
import { refuse, scimError, scimType } from "./answers.ts";
import { barred, remove, setActive } from "./governance.ts";
import type { Member } from "./members.ts";
import { departments } from "./members.ts";
import type { WorkplaceTenant } from "./tenant.ts";

const permission = "Manage accounts";
const extensions = "urn:ietf:params:scim:schemas:extension";

/** SCIM 2.0 of Workplace: pages from 1 on, a hundred at most. */
export function users(request: SandboxRequest, access: Access): SandboxResponse {
  const refusal = lacking(access, permission);
  if (refusal) return refuse(request.host, refusal);
  const { tenant } = access;
  const { members } = tenant;
  const filter = request.query.get("filter");
  if (filter) {
    const [, attribute = "", value = ""] = /^\s*(userName|externalId)\s+eq\s+"([^"]*)"\s*$/i.exec(filter) ?? [];
    if (!attribute) return scimError(400, `Filter is not supported: ${filter}`);
    const index =
      attribute.toLowerCase() === "username"
        ? value.includes("@")
          ? members.find(value)
          : undefined
        : members.byExternalId(value);
    return list(tenant, index === undefined ? [] : [user(tenant, index)], index === undefined ? 0 : 1, 1);
  }
  const { start, count } = paging(request, tenant);
  const length = Math.max(0, Math.min(members.present - start + 1, count));
  const page = Array.from({ length }, (_, place) => user(tenant, members.presentAt(start - 1 + place)));
  return list(tenant, page, members.present, start);
}

export function userById(request: SandboxRequest, access: Access, id: string): SandboxResponse {
  const refusal = lacking(access, permission);
  if (refusal) return refuse(request.host, refusal);
  const index = indexOf(access.tenant, id);
  return index === undefined ? scimError(404, `User ${id} not found.`) : single(access.tenant, index);
}

/** `PUT` sends the whole user, `PATCH` operations; both are looked at for `active` only. */
export function changeUser(request: SandboxRequest, access: Access, id: string): SandboxResponse {
  const refusal = barred(access, permission);
  if (refusal) return refuse(request.host, refusal);
  const index = indexOf(access.tenant, id);
  if (index === undefined) return scimError(404, `User ${id} not found.`);
  const body = parse(request);
  if (!body) return scimError(400, "The request body is not valid JSON.");
  const active = request.method === "PUT" ? body.active : patchedActive(body);
  if (typeof active === "boolean") setActive(access.tenant, index, active);
  return single(access.tenant, index);
}

export function deleteUser(request: SandboxRequest, access: Access, id: string): SandboxResponse {
  const refusal = barred(access, permission);
  if (refusal) return refuse(request.host, refusal);
  const index = indexOf(access.tenant, id);
  if (index === undefined) return scimError(404, `User ${id} not found.`);
  return remove(access.tenant, index)
    ? { status: 204 }
    : scimError(400, "Only accounts that were never claimed can be deleted.");
}

/** People sets, not the groups people post in: here one for each department. */
export function peopleSets(request: SandboxRequest, access: Access): SandboxResponse {
  const refusal = lacking(access, permission);
  if (refusal) return refuse(request.host, refusal);
  const { start, count } = paging(request, access.tenant);
  const sets = departments.map((displayName, index) => ({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    id: String(1_211_000_000_000 + index),
    displayName,
  }));
  return list(access.tenant, sets.slice(start - 1, start - 1 + count), sets.length, start, "groups");
}

function indexOf(tenant: WorkplaceTenant, id: string): number | undefined {
  return /^\d+$/.test(id) ? tenant.members.find(id) : undefined;
}

function patchedActive(body: Record<string, unknown>): unknown {
  for (const operation of (body.Operations ?? []) as { op?: string; path?: string; value?: unknown }[]) {
    if (!/^(replace|add)$/i.test(operation.op ?? "")) continue;
    if (operation.path?.toLowerCase() === "active") return operation.value;
    if (operation.path === undefined) return (operation.value as { active?: unknown } | undefined)?.active;
  }
  return undefined;
}

function parse(request: SandboxRequest): Record<string, unknown> | undefined {
  try {
    return JSON.parse(request.body.toString("utf8")) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function paging(request: SandboxRequest, tenant: WorkplaceTenant): { start: number; count: number } {
  const number = (name: string, usual: number) => Math.floor(Number(request.query.get(name) ?? usual)) || usual;
  const most = tenant.options.unlimited ? Number.MAX_SAFE_INTEGER : 100;
  return { start: Math.max(1, number("startIndex", 1)), count: Math.min(most, Math.max(0, number("count", 100))) };
}

function list(
  tenant: WorkplaceTenant,
  resources: object[],
  total: number,
  start: number,
  stream = "users",
): SandboxResponse {
  const body = {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: total,
    itemsPerPage: resources.length,
    startIndex: start,
    Resources: shape(tenant, stream, resources, ["id", "userName", "active"]),
  };
  return { status: 200, headers: scimType, body };
}

function single(tenant: WorkplaceTenant, index: number): SandboxResponse {
  return {
    status: 200,
    headers: scimType,
    body: shape(tenant, "users", [user(tenant, index)], ["id", "userName", "active"])[0],
  };
}

function user(tenant: WorkplaceTenant, index: number): object {
  const member = tenant.members.at(index);
  return {
    schemas: [
      "urn:ietf:params:scim:schemas:core:2.0:User",
      `${extensions}:enterprise:2.0:User`,
      `${extensions}:facebook:accountstatusdetails:2.0:User`,
      `${extensions}:facebook:authmethod:2.0:User`,
      `${extensions}:facebook:starttermdates:2.0:User`,
    ],
    id: member.id,
    externalId: member.externalId,
    // People without e-mail have no user name either.
    ...(member.email === null
      ? {}
      : { userName: member.email, emails: [{ value: member.email, type: "work", primary: true }] }),
    name: { formatted: member.name, givenName: member.first, familyName: member.last },
    title: member.title,
    active: member.active,
    [`${extensions}:enterprise:2.0:User`]: enterprise(tenant, member),
    [`${extensions}:facebook:accountstatusdetails:2.0:User`]: {
      invited: member.invitedAt !== null,
      ...(member.invitedAt === null ? {} : { inviteDate: member.invitedAt }),
      claimed: member.claimedAt !== null,
      ...(member.claimedAt === null ? {} : { claimDate: member.claimedAt }),
    },
    [`${extensions}:facebook:authmethod:2.0:User`]: { authMethod: member.authMethod },
    [`${extensions}:facebook:starttermdates:2.0:User`]: { startDate: member.startedAt, termDate: member.endsAt },
  };
}

function enterprise(tenant: WorkplaceTenant, member: Member): object {
  const { externalId, department, division, managerIndex } = member;
  const manager = managerIndex === null ? undefined : tenant.members.at(managerIndex);
  return {
    employeeNumber: externalId.slice(2),
    department,
    division,
    ...(manager ? { manager: { managerId: Number(manager.id), displayName: manager.first } } : {}),
  };
}
