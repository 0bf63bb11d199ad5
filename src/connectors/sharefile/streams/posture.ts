import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { needObject } from "#src/connector-kit/record.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { clients, employees, readAll } from "../api.ts";
import { peopleFacts, preferenceFacts, signOnFacts } from "../posture.ts";

/** One page, nothing to resume. */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  const { http } = context;
  const object = async (url: string) => needObject((await http.get(url)).body, "$");
  const items = await readSettings(context, {
    preferences: async () => preferenceFacts(await object("/Accounts/Preferences")),
    signOn: async () => signOnFacts(await object("/Accounts/SSO?provider=saml")),
    people: async () => peopleFacts(await readAll(context, employees), await readAll(context, clients), context.now()),
  });
  yield { items, cursor: null };
};
