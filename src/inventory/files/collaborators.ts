import type { Sql } from "postgres";
import { copyInto } from "#db/copy.ts";
import type { FileItem } from "#src/connector-kit/contract/records.ts";
import { accountsOf } from "#src/inventory/users/actors.ts";
import { cleanText } from "#src/platform/text.ts";
import { type Collaborator, isExternal } from "./sharing.ts";

export type CollaboratorRecord = Extract<FileItem, { kind: "collaborator" }>;

/** The same principal may be named twice, by a right of its own and an inherited one: the wider role holds. */
const roles = ["READ", "COMMENT", "WRITE", "OWNER"] as const;

/** As they are stored, each principal once. What the app leaves out of e-mail and id is that of the known account. */
export async function collaboratorsOf(
  sql: Sql,
  instanceId: number,
  records: readonly CollaboratorRecord[],
): Promise<Map<string, Collaborator[]>> {
  const people = records.flatMap((record) =>
    record.principal === "USER" && !record.externalId && record.email
      ? [{ record, actor: { email: record.email } }]
      : [],
  );
  const [emails, accounts] = await Promise.all([
    knownEmails(sql, instanceId, records),
    accountsOf(
      sql,
      instanceId,
      people.map(({ actor }) => actor),
    ),
  ]);
  const ids = new Map(people.map(({ record, actor }) => [record, accounts.get(actor) ?? null]));
  const byFile = new Map<string, Map<string, Collaborator>>();
  for (const record of records) {
    const one = toCollaborator(record, emails, ids.get(record) ?? null);
    if (!one) continue;
    const ofFile = byFile.get(record.fileId) ?? new Map<string, Collaborator>();
    byFile.set(record.fileId, ofFile);
    const place = `${one.principal} ${one.key}`;
    const before = ofFile.get(place);
    if (!before || roles.indexOf(one.role) > roles.indexOf(before.role)) ofFile.set(place, one);
  }
  return new Map([...byFile].map(([fileId, ofFile]) => [fileId, [...ofFile.values()]]));
}

/** Null for one that names nobody. */
function toCollaborator(
  record: CollaboratorRecord,
  emails: ReadonlyMap<string, string>,
  accountId: string | null,
): Collaborator | null {
  const principalId = cleanText(record.externalId, 500);
  const email = cleanText(record.email, 320) ?? (principalId === null ? null : (emails.get(principalId) ?? null));
  const domain = domainOf(record, email);
  const key = record.principal === "ANYONE" ? "" : (principalId ?? email?.toLowerCase() ?? domain);
  if (key === null) return null;
  return {
    principal: record.principal,
    key,
    principalId: principalId ?? accountId,
    email,
    domain,
    role: record.role,
    inherited: record.inherited ?? null,
  };
}

function domainOf({ principal, domain }: CollaboratorRecord, email: string | null): string | null {
  if (principal === "ANYONE") return null;
  const found = principal === "DOMAIN" ? domain : (email?.slice(email.lastIndexOf("@") + 1) ?? domain);
  return cleanText(found?.toLowerCase(), 253);
}

async function knownEmails(
  sql: Sql,
  instanceId: number,
  records: readonly CollaboratorRecord[],
): Promise<Map<string, string>> {
  const ids = new Set<string>();
  for (const { principal, externalId, email } of records)
    if (principal === "USER" && !email) ids.add(cleanText(externalId, 500) ?? "");
  ids.delete("");
  if (ids.size === 0) return new Map();
  const rows = await sql<{ id: string; email: string }[]>`
    select external_id as id, email from users
    where instance_id = ${instanceId} and external_id = any(${[...ids]}) and email is not null`;
  return new Map(rows.map(({ id, email }) => [id, email]));
}

interface Row extends Collaborator {
  instanceId: number;
  fileId: string;
  external: boolean;
}

/** Writes the collaborators of files that have none, or whose were deleted. */
export async function writeCollaborators(
  sql: Sql,
  instanceId: number,
  byFile: ReadonlyMap<string, readonly Collaborator[]>,
  domains: ReadonlySet<string>,
): Promise<void> {
  const rows = [...byFile].flatMap(([fileId, some]) =>
    some.map((one): Row => ({ ...one, instanceId, fileId, external: isExternal(one, domains) })),
  );
  if (rows.length === 0) return;
  await copyInto(
    sql,
    "file_collaborators",
    {
      instance_id: (row) => row.instanceId,
      file_id: (row) => row.fileId,
      principal: (row) => row.principal,
      key: (row) => row.key,
      principal_id: (row) => row.principalId,
      email: (row) => row.email,
      domain: (row) => row.domain,
      role: (row) => row.role,
      inherited: (row) => row.inherited,
      external: (row) => row.external,
    },
    rows,
  );
}

/** Those of files as they are known. */
export async function storedCollaborators(
  sql: Sql,
  instanceId: number,
  fileIds: readonly string[],
): Promise<Map<string, Collaborator[]>> {
  const rows = await sql<(Collaborator & { fileId: string })[]>`
    select file_id as "fileId", principal, key, principal_id as "principalId", email, domain, role, inherited from file_collaborators
    where instance_id = ${instanceId} and file_id = any(${fileIds})`;
  const byFile = new Map<string, Collaborator[]>();
  for (const { fileId, ...one } of rows) {
    const ofFile = byFile.get(fileId);
    if (ofFile) ofFile.push(one);
    else byFile.set(fileId, [one]);
  }
  return byFile;
}
