import type { GroupItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { membership } from "#src/connector-kit/membership.ts";
import { groupsOfDirectory } from "../../_microsoft/directory.ts";

/** Groups of the directory with the people in them: Azure roles are given to them. */
export const groups: StreamFunction<"GROUPS"> = (context, cursor) =>
  membership<GroupItem>(context, cursor, groupsOfDirectory);
