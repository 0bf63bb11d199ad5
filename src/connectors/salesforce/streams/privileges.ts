import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { type Json, needId, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { byLocator, query } from "../api.ts";
import { manifest } from "../manifest.ts";
import { permitted } from "../permissions.ts";
import { fields, soql } from "../soql.ts";

/** What makes an administrator: everything may be changed, or everybody. */
export const adminFields = ["PermissionsModifyAllData", "PermissionsManageUsers"];

const isAdmin = (raw: Json): boolean => adminFields.some((name) => raw[name] === true);

/**
 * Profiles, permission sets and permission set groups, and who holds them. A profile and a group each have a permission set behind them, so that
 * one object names all holders.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_permissionsetassignment.htm
 */
export const privileges: StreamFunction<"PRIVILEGES"> = permitted(
  manifest.streams.PRIVILEGES.scopes,
  (context, cursor) =>
    stages<PrivilegeItem>(context, cursor, [
      {
        name: "profiles",
        first: query(soql`SELECT Id, Name, ${fields(adminFields)} FROM Profile ORDER BY Id`),
        page: byLocator,
        items: toPrivilege,
      },
      {
        name: "permission sets",
        first: query(
          soql`SELECT Id, Name, Label, Type, ${fields(adminFields)} FROM PermissionSet WHERE IsOwnedByProfile = false ORDER BY Id`,
        ),
        page: byLocator,
        items: toPrivilege,
      },
      {
        name: "holders",
        first: query(
          soql`SELECT Id, AssigneeId, PermissionSetId, PermissionSet.IsOwnedByProfile, PermissionSet.ProfileId
             FROM PermissionSetAssignment ORDER BY Id`,
        ),
        page: byLocator,
        items: toHolder,
      },
    ]),
);

function toPrivilege(value: unknown, path: string): PrivilegeItem {
  const raw = needObject(value, path);
  const externalId = needId(raw.Id, `${path}.Id`);
  const name = textOf(raw.Label) ?? textOf(raw.Name) ?? externalId;
  return { kind: "privilege", externalId, name, isAdmin: isAdmin(raw) };
}

function toHolder(value: unknown, path: string): PrivilegeItem {
  const raw = needObject(value, path);
  const set = objectOf(raw.PermissionSet);
  const isProfile = set.IsOwnedByProfile === true;
  return {
    kind: "holder",
    privilegeId: isProfile
      ? needId(set.ProfileId, `${path}.PermissionSet.ProfileId`)
      : needId(raw.PermissionSetId, `${path}.PermissionSetId`),
    userId: needId(raw.AssigneeId, `${path}.AssigneeId`),
  };
}
