import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { directoriesOf, listing, orgPath, people, readAll } from "../api.ts";
import { tokensPath } from "../connection.ts";
import { domainFacts, peopleFacts, policyFacts, tokenFacts } from "../posture.ts";

/** One page, nothing to resume. */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  const items = await readSettings(context, {
    people: async () => {
      const directories = await directoriesOf(context);
      const all = [];
      for (const id of directories) all.push(...(await readAll(context, people(context, id))));
      return peopleFacts(all, context.now());
    },
    policies: async () => policyFacts(await readAll(context, listing("policies", `${orgPath(context)}/policies`))),
    domains: async () => domainFacts(await readAll(context, listing("domains", `${orgPath(context)}/domains`))),
    tokens: async () =>
      tokenFacts(await readAll(context, listing("tokens", tokensPath(context), { status: "ALLOWED" })), context.now()),
  });
  yield { items, cursor: null };
};
