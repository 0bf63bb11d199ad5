import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { appFacts, factorFacts, peopleFacts, privilegeFacts, readPeople, riskFacts } from "../posture.ts";

/** OneLogin shows no policies: it is judged by people, factors, privileges, apps and risk rules. One page, nothing to resume. */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  let listed: ReturnType<typeof readPeople> | undefined;
  const everybody = () => (listed ??= readPeople(context));
  const items = await readSettings(context, {
    people: async () => peopleFacts(await everybody(), context.now()),
    privileges: async () => privilegeFacts(context, await everybody()),
    factors: async () => factorFacts(context, await everybody()),
    apps: () => appFacts(context),
    risk: () => riskFacts(context),
  });
  yield { items, cursor: null };
};
