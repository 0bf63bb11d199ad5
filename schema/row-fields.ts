import { instanceTable } from "#src/instances/row.ts";
import { activityTable } from "#src/inventory/activities/row.ts";
import { fileTable } from "#src/inventory/files/row.ts";
import { identityTable } from "#src/inventory/identities/row.ts";
import { userTable } from "#src/inventory/users/row.ts";
import type { RowFields } from "./selection.ts";

/** What the fields of the types that are read most need of their rows. */

export const instanceFields: RowFields = {
  table: instanceTable,
  fields: {
    id: [],
    connector: ["connectorSlug"],
    health: ["connectorSlug", "status", "webhook"],
    webhook: ["connectorSlug", "status", "webhook"],
    gaps: [],
    userCount: ["userCount"],
    users: [],
    activities: [],
    files: [],
    domains: ["tenantDomains", "addedDomains"],
    scans: [],
    unreadableRecords: [],
    capabilities: ["connectorSlug", "components", "settings", "missingScopes", "unavailable", "streams"],
  },
  toOne: {},
};

export const identityFields: RowFields = {
  table: identityTable,
  fields: { id: [], users: [], terminatedSource: ["terminatedInstanceId"] },
  toOne: {},
};

export const userFields: RowFields = {
  table: userTable,
  fields: { id: [], groups: [], privileges: [], activities: [], files: [] },
  toOne: { instance: () => instanceFields, identity: () => identityFields },
};

export const activityFields: RowFields = {
  table: activityTable,
  fields: { id: [], raw: [], alerts: [], policies: [], files: ["targets"] },
  toOne: { user: () => userFields, instance: () => instanceFields },
};

export const fileFields: RowFields = {
  table: fileTable,
  fields: {
    id: [],
    parent: ["parentId"],
    owner: ["ownerId"],
    lastEditor: ["editorId"],
    link: ["linkAudience", "linkExpiresAt", "linkPassword", "linkCanDownload", "linkUrl"],
    collaborators: [],
    trashed: ["trashedAt"],
    inspection: [
      "inspectionStatus",
      "inspectedAt",
      "inspectionReason",
      "inspectedVersion",
      "version",
      "contentHash",
      "modifiedAt",
    ],
    activities: [],
    governanceActions: [],
    changeCursor: [],
    raw: [],
  },
  toOne: { instance: () => instanceFields },
};
