import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { apps, people, readAll, workspaces } from "../api.ts";
import { appFacts, peopleFacts, workspaceFacts } from "../posture.ts";

export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  const items = await readSettings(context, {
    people: async () => peopleFacts(await readAll(context, people(true)), context.now()),
    apps: async () => appFacts(await readAll(context, ...apps(context, "approved"))),
    workspaces: async () => workspaceFacts(await readAll(context, workspaces)),
  });
  yield { items, cursor: null };
};
