import { type Db, rawSql } from "#db/client.ts";
import type { KeysetList } from "#src/query/keyset.ts";

export interface CollaboratorRow {
  instanceId: number;
  fileId: string;
  principal: "USER" | "GROUP" | "DOMAIN" | "ANYONE";
  key: string;
  principalId: string | null;
  email: string | null;
  domain: string | null;
  role: "READ" | "COMMENT" | "WRITE" | "OWNER";
  inherited: boolean | null;
  external: boolean;
}

export interface CollaboratorFilter {
  principals?: CollaboratorRow["principal"][] | null;
  roles?: CollaboratorRow["role"][] | null;
  external?: boolean | null;
  inherited?: boolean | null;
  domains?: string[] | null;
}

/** Collaborators of files, which were read with the viewer's rights already. */
export function collaboratorList(db: Db, filter: CollaboratorFilter | null): KeysetList {
  const sql = rawSql(db);
  const conditions = [sql`true`];
  if (filter?.principals) conditions.push(sql`c.principal = any(${filter.principals})`);
  if (filter?.roles) conditions.push(sql`c.role = any(${filter.roles})`);
  if (filter?.external != null) conditions.push(sql`c.external = ${filter.external}`);
  if (filter?.inherited != null) conditions.push(sql`c.inherited is not distinct from ${filter.inherited}`);
  if (filter?.domains) conditions.push(sql`c.domain = any(${filter.domains.map((domain) => domain.toLowerCase())})`);
  return {
    columns: sql`c.instance_id as "instanceId", c.file_id as "fileId", c.principal, c.key, c.principal_id as "principalId", c.email, c.domain, c.role,
      c.inherited, c.external`,
    from: sql`from file_collaborators c`,
    where: conditions.reduce((all, one) => sql`${all} and ${one}`),
    key: [sql`c.principal`, sql`c.key`],
    keyTypes: ["text", "text"],
    keyNames: ["principal", "key"],
    descending: false,
    onParent: sql`c.instance_id = p.instance_id and c.file_id = p.external_id`,
  };
}
