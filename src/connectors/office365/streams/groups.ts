import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { membership } from "#src/connector-kit/membership.ts";
import { groupsOfDirectory } from "../../_microsoft/directory.ts";

/** Groups and their members, read group by group. */
export const groups: StreamFunction<"GROUPS"> = (context, cursor) => membership(context, cursor, groupsOfDirectory);
