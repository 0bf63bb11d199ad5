import type { Context } from "#src/connector-kit/contract/context.ts";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { idOf, instantOf, listOf, needId, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { byPageToken } from "../../_google/paging.ts";
import { fileUrl, withSharedDrives } from "./api.ts";

type CollaboratorItem = Extract<FileItem, { kind: "collaborator" }>;

/** Who has access to a file, folder or shared drive. JSON only: it stands in `before`. */
export interface Permission {
  id: string;
  type: "user" | "group" | "domain" | "anyone";
  /** In Google's words: `organizer`, `fileOrganizer`, `owner`, `writer`, `commenter`, `reader`. */
  role: string;
  email: string | null;
  domain: string | null;
  /** Of domain and anyone: it can be found by searching, without the link. */
  discoverable: boolean;
  expiresAt: string | null;
  /** It is of a folder above, or of the shared drive. */
  inherited: boolean;
}

const fields =
  "kind,nextPageToken,permissions(id,type,role,emailAddress,domain,allowFileDiscovery,expirationTime,deleted,view,permissionDetails)";

const pages = byPageToken("permissions", { kind: "drive#permissionList" });

/**
 * Everybody with access in effect, whatever the access comes from. The permissions that `files.get` and `files.list` answer are left out for what
 * lies in a shared drive: a public file would look private there.
 * Source: https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions/list
 */
export async function permissionsOf(
  context: Context,
  id: string,
  query: Record<string, boolean> = {},
): Promise<Permission[]> {
  const first = { url: `${fileUrl(id)}/permissions`, query: { ...withSharedDrives, pageSize: 100, fields, ...query } };
  const found: Permission[] = [];
  for await (const { records, path } of walkPages(context, { name: "permissions", first, page: pages }))
    for (const [index, record] of records.entries()) found.push(...toPermission(record, `${path}[${index}]`));
  return found;
}

/** None for an account that was deleted, and for what opens a folder's name only. */
function toPermission(record: unknown, path: string): Permission[] {
  const raw = needObject(record, path);
  if (raw.deleted === true || raw.view === "metadata") return [];
  const details = listOf(raw.permissionDetails).map(objectOf);
  return [
    {
      id: needId(raw.id, `${path}.id`),
      type: needText(raw.type, `${path}.type`) as Permission["type"],
      role: needText(raw.role, `${path}.role`),
      email: textOf(raw.emailAddress),
      domain: textOf(raw.domain),
      discoverable: raw.allowFileDiscovery === true,
      expiresAt: textOf(raw.expirationTime),
      inherited: details.length > 0 && details.every(({ inherited }) => inherited === true),
    },
  ];
}

/** General access: a link, or everybody of a domain. */
export const isGeneral = ({ type }: Permission): boolean => type === "anyone" || type === "domain";

export function hasEnded({ expiresAt }: Permission, now: Date): boolean {
  const at = instantOf(expiresAt);
  return at !== null && at <= now;
}

/** Target audiences are groups of the organisation's own people, under a domain of Google's. */
export function isAudience({ type, domain }: Permission): boolean {
  return type === "domain" && /\.audience\.googledomains\.com$/i.test(domain ?? "");
}

const principals = { user: "USER", group: "GROUP", domain: "DOMAIN", anyone: "ANYONE" } as const;

export function toCollaborator(fileId: string, one: Permission): CollaboratorItem {
  return {
    kind: "collaborator",
    fileId,
    principal: principals[one.type] ?? "USER",
    externalId: idOf(one.id),
    email: one.email,
    domain: one.type === "domain" ? one.domain : null,
    role: roleOf(one.role),
    inherited: one.inherited,
  };
}

function roleOf(role: string): CollaboratorItem["role"] {
  if (role === "owner") return "OWNER";
  if (role === "commenter") return "COMMENT";
  return role === "reader" ? "READ" : "WRITE";
}
