import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type Stage, stages } from "#src/connector-kit/listing.ts";
import { needId, needObject, textOf } from "#src/connector-kit/record.ts";
import { byLocator, query } from "../api.ts";
import { isOf } from "../ids.ts";
import { manifest } from "../manifest.ts";
import { NestedGroups } from "../nested-groups.ts";
import { permitted } from "../permissions.ts";
import { soql } from "../soql.ts";

const kinds = ["Regular", "Queue"];

const listing = (name: string, q: string, items: Stage<GroupItem>["items"]): Stage<GroupItem> => ({
  ...{ name, first: query(q), page: byLocator, items },
});

/**
 * Public groups, queues and roles. Members are the people in them; those of a group or role that is a member are members as well.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_groupmember.htm
 */
export const groups: StreamFunction<"GROUPS"> = permitted(
  manifest.streams.GROUPS.scopes,
  async function* (context, cursor) {
    const nested = new NestedGroups(context);
    yield* stages<GroupItem>(context, cursor, [
      listing(
        "groups",
        soql`SELECT Id, Name, DeveloperName, Type FROM Group WHERE Type IN ${kinds} ORDER BY Id`,
        toGroup,
      ),
      listing("roles", soql`SELECT Id, Name, DeveloperName, ParentRoleId FROM UserRole ORDER BY Id`, toGroup),
      listing(
        "members",
        soql`SELECT Id, GroupId, UserOrGroupId FROM GroupMember WHERE Group.Type IN ${kinds} ORDER BY Id`,
        async (one, path) => {
          const raw = needObject(one, path);
          const groupId = needId(raw.GroupId, `${path}.GroupId`);
          const member = needId(raw.UserOrGroupId, `${path}.UserOrGroupId`);
          const people = isOf("user", member) ? [member] : await nested.membersOf(member);
          return people.map((userId): GroupItem => ({ kind: "member", groupId, userId }));
        },
      ),
      listing(
        "people of roles",
        soql`SELECT Id, UserRoleId FROM User WHERE IsActive = true AND UserRoleId != null ORDER BY Id`,
        (one, path) => {
          const raw = needObject(one, path);
          const [groupId, userId] = [needId(raw.UserRoleId, `${path}.UserRoleId`), needId(raw.Id, `${path}.Id`)];
          return { kind: "member", groupId, userId };
        },
      ),
    ]);
  },
);

function toGroup(value: unknown, path: string): GroupItem {
  const raw = needObject(value, path);
  const externalId = needId(raw.Id, `${path}.Id`);
  // Some queues have no name of their own.
  return { kind: "group", externalId, name: textOf(raw.Name) ?? textOf(raw.DeveloperName) ?? externalId, raw };
}
