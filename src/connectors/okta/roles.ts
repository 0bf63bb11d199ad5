import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Listing } from "#src/connector-kit/page-walk.ts";
import { byLink } from "#src/connector-kit/pagers.ts";
import { needId, needText, textOf } from "#src/connector-kit/record.ts";
import { readAll } from "./api.ts";

/** https://developer.okta.com/docs/concepts/role-assignment/ */
export const standardRoles: Readonly<Record<string, string>> = {
  SUPER_ADMIN: "Super Administrator",
  ORG_ADMIN: "Organization Administrator",
  APP_ADMIN: "Application Administrator",
  USER_ADMIN: "Group Administrator",
  HELP_DESK_ADMIN: "Help Desk Administrator",
  GROUP_MEMBERSHIP_ADMIN: "Group Membership Administrator",
  READ_ONLY_ADMIN: "Read-only Administrator",
  REPORT_ADMIN: "Report Administrator",
  API_ACCESS_MANAGEMENT_ADMIN: "API Access Management Administrator",
  MOBILE_ADMIN: "Mobile Administrator",
  ACCESS_CERTIFICATIONS_ADMIN: "Access Certifications Administrator",
  ACCESS_REQUESTS_ADMIN: "Access Requests Administrator",
  WORKFLOWS_ADMIN: "Workflows Administrator",
};

/** Everybody who holds a role. `/api/v1/iam/...` put the next page into the body. */
export const administrators: Listing = {
  name: "administrators",
  first: "/api/v1/iam/assignees/users?limit=100",
  page: byLink({ list: "value", next: "_links.next.href" }),
};

export interface HeldRole {
  /** Id of the assignment, to take it away. */
  id: string;
  /** The type of a standard role, the id of a custom one. */
  privilegeId: string;
  type: string;
  name: string;
  throughGroup: boolean;
}

/** Active roles of a user, once each. */
export async function rolesOf(context: Context, userId: string): Promise<HeldRole[]> {
  const roles = await readAll(context, `/api/v1/users/${encodeURIComponent(userId)}/roles`);
  return roles
    .filter(({ status }) => status === undefined || status === "ACTIVE")
    .map((role, index) => {
      const type = needText(role.type, `[${index}].type`);
      const privilegeId =
        type === "CUSTOM"
          ? `custom:${textOf(role.role) ?? textOf(role.label) ?? needId(role.id, `[${index}].id`)}`
          : type;
      return {
        id: needId(role.id, `[${index}].id`),
        privilegeId,
        type,
        name: textOf(role.label) ?? standardRoles[type] ?? type,
        throughGroup: role.assignmentType === "GROUP",
      };
    });
}
