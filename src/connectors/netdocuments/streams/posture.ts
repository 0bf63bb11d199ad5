import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { groupsOf, usersOf } from "../api.ts";
import { cabinetFacts, groupFacts, peopleFacts, readList } from "../posture.ts";

/** One page, nothing to resume. */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  const items = await readSettings(context, {
    people: async () => peopleFacts(await readList(context, usersOf(context)), context.now()),
    groups: async () => groupFacts(await readList(context, groupsOf(context))),
    cabinets: async () => cabinetFacts(context, await readList(context, groupsOf(context))),
  });
  yield { items, cursor: null };
};
