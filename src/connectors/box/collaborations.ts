import type { Context } from "#src/connector-kit/contract/context.ts";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import { idOf, isObject, needId, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { asUser, type ItemRef, pathOf, readAll } from "./api.ts";

type CollaboratorItem = Extract<FileItem, { kind: "collaborator" }>;

/** The access of a person or group to a file or folder. */
export interface Collaboration {
  id: string;
  principal: "USER" | "GROUP";
  /** Null: an invitation that nobody has accepted. */
  accountId: string | null;
  email: string | null;
  /** In Box's words: `viewer uploader`. */
  role: string;
  expiresAt: string | null;
  /** It is of a folder above. */
  inherited: boolean;
  /** Name of that folder. */
  through: string | null;
}

const fields = "id,type,item,accessible_by,invite_email,role,status,expires_at";

/**
 * Everybody who has access to an item or is invited to it, through folders above as well; rejected invitations are left out.
 * Source: https://developer.box.com/reference/get-files-id-collaborations/
 */
export async function collaborationsOf(context: Context, item: ItemRef, owner: string): Promise<Collaboration[]> {
  const url = `${pathOf(item)}/collaborations`;
  const first = { url, query: { fields, limit: 1000 }, headers: asUser(owner) };
  const records = await readAll(context, "collaborations", first);
  return records.flatMap((record, index) => toCollaboration(record, `entries[${index}]`, item));
}

function toCollaboration(record: unknown, path: string, item: ItemRef): Collaboration[] {
  const raw = needObject(record, path);
  const by = objectOf(raw.accessible_by);
  const [accountId, email] = [idOf(by.id), textOf(by.login) ?? textOf(raw.invite_email)];
  if (raw.status === "rejected" || (accountId === null && email === null)) return [];
  const of = isObject(raw.item) ? raw.item : null;
  const inherited = of !== null && !(of.type === item.type && idOf(of.id) === item.id);
  return [
    {
      id: needId(raw.id, `${path}.id`),
      principal: by.type === "group" ? "GROUP" : "USER",
      accountId,
      email,
      role: textOf(raw.role) ?? "viewer",
      expiresAt: textOf(raw.expires_at),
      inherited,
      through: inherited ? textOf(of?.name) : null,
    },
  ];
}

export function toCollaborator(fileId: string, one: Collaboration): CollaboratorItem {
  return {
    kind: "collaborator",
    fileId,
    principal: one.principal,
    externalId: one.accountId,
    email: one.email,
    role: roleOf(one.role),
    inherited: one.inherited,
  };
}

/** Who may upload may put another version in the place of a file. */
function roleOf(role: string): CollaboratorItem["role"] {
  if (role === "owner") return "OWNER";
  return /editor|co-owner|uploader/.test(role) ? "WRITE" : "READ";
}
