import type { UserStatus } from "#src/connector-kit/contract/kinds.ts";
import type { UserRecord } from "#src/connector-kit/contract/records.ts";
import { listOf, needObject, needText, textOf, valueAt } from "#src/connector-kit/record.ts";
import { tagAt } from "./api.ts";

const statuses: Readonly<Record<string, UserStatus>> = {
  active: "ACTIVE",
  invited: "INVITED",
  suspended: "SUSPENDED",
  removed: "DELETED",
};

/** A member of the team. Source: https://www.dropbox.com/developers/documentation/http/teams#team-members-list */
export function toUser(value: unknown, path: string): UserRecord {
  const member = needObject(value, path);
  const profile = needObject(member.profile, `${path}.profile`);
  const email = textOf(profile.email);
  const name = textOf(valueAt(profile, "name.display_name"));
  const { profile_photo_url: _, ...kept } = profile;
  return {
    externalId: needText(profile.team_member_id, `${path}.profile.team_member_id`),
    email,
    displayName: name ?? email,
    status: statuses[tagAt(profile, "status") ?? ""] ?? "UNKNOWN",
    isAdmin: listOf(member.roles).length > 0,
    type: "HUMAN",
    emailVerified: profile.email_verified !== false,
    raw: { ...member, profile: kept },
  };
}
