import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { listing, people } from "../api.ts";
import { groupFacts, peopleFacts, toPerson } from "../posture-people.ts";
import { sharingFacts } from "../posture-sharing.ts";
import { readAll } from "../read-all.ts";

/** Smartsheet shows no settings of the plan: it is judged by people, groups and what is shared. One page, nothing to resume. */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  let listed: ReturnType<typeof read> | undefined;
  const read = () => readAll(context, people, toPerson);
  const everybody = () => (listed ??= read());
  const items = await readSettings(context, {
    people: async () => peopleFacts(await everybody(), context.now()),
    groups: async () => groupFacts(context, listing("/groups"), await everybody()),
    sharing: async () => sharingFacts(context, await everybody()),
  });
  yield { items, cursor: null };
};
