import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { needObject } from "#src/connector-kit/record.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { people, readAll, tokens } from "../api.ts";
import { accountFacts, peopleFacts, securityFacts, tokenFacts } from "../posture.ts";

/** Source: https://developer.zendesk.com/api-reference/ticketing/account-configuration/security_settings/ and …/account_settings/ */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  const { http } = context;
  const items = await readSettings(context, {
    security: async () =>
      securityFacts(
        needObject(
          needObject((await http.get("/api/v2/security_settings")).body, "$").security_settings,
          "security_settings",
        ),
      ),
    account: async () =>
      accountFacts(needObject(needObject((await http.get("/api/v2/account/settings")).body, "$").settings, "settings")),
    people: async () => peopleFacts(await readAll(context, people), context.now()),
    tokens: async () => tokenFacts(await readAll(context, tokens({ all: "true" })), context.now()),
  });
  yield { items, cursor: null };
};
