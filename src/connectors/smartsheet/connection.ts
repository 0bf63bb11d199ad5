import { SettingProblems } from "#src/connector-kit/check-settings.ts";
import type { ConnectionTest } from "#src/connector-kit/contract/authorization.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Settings } from "#src/connector-kit/contract/manifest.ts";
import { Probes } from "#src/connector-kit/probe.ts";
import { needId, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { refusals } from "#src/connector-kit/refusals.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { eventsRequest, hourOf } from "./streams/activities.ts";

/** Names the plan, and asks for one account and one event. */
export async function testConnection({ http, now }: Context): Promise<ConnectionTest> {
  const { account, admin } = needObject((await http.get("/users/me")).body, "$");
  const plan = needObject(account, "account");
  if (admin !== true)
    throw new ProviderScopeError("The account that signed in is no System Admin of the plan.", ["System Admin"]);
  const probes = new Probes();
  await probes.read("READ_USERS", () => http.get("/users", { query: { page: 1, pageSize: 1 } }));
  await probes.read("READ_EVENTS", () => http.request(eventsRequest(hourOf(now()), 1)));
  const externalAccountId = needId(plan.id, "account.id");
  return {
    externalAccountId,
    accountName: textOf(plan.name) ?? externalAccountId,
    missingScopes: probes.missing,
  };
}

export function normaliseSettings(settings: Settings): Settings {
  const { mode, region, token, clientId, clientSecret } = settings;
  const problems = new SettingProblems();
  if (mode === "token") {
    if (!token) problems.add("token", "Fill in the API access token of a System Admin.");
  } else {
    if (!clientId) problems.add("clientId", "Fill in the client ID of the app.");
    if (!clientSecret) problems.add("clientSecret", "Fill in the secret of the app.");
  }
  problems.throwAny();
  return { ...settings, region: region ?? "us" };
}

/** Source: https://developers.smartsheet.com/api/smartsheet/error-codes */
export const mapError = refusals(
  ({ body }) => {
    const { errorCode, message } = objectOf(body);
    return { code: typeof errorCode === "number" ? errorCode : null, message: textOf(message) ?? "" };
  },
  [
    {
      ...{ codes: [1001, 1002, 1003], kind: "auth" },
      message: "Smartsheet no longer accepts the access token: it has expired, was revoked or is of another region.",
    },
    { codes: [1005], kind: "auth", message: "Smartsheet asks for single sign-on: consent again." },
    {
      ...{ codes: [1004], kind: "scope" },
      message: "Smartsheet denies access: a scope, the role System Admin or an add-on of the plan is missing.",
    },
    { codes: [1006], kind: "notFound", message: "Smartsheet does not know this, or the account may not see it." },
    { codes: [4003], kind: "rateLimit", message: "Smartsheet takes no more calls for now." },
    { codes: [4000, 4001, 4002, 4004], kind: "unavailable", message: "Smartsheet is not available at the moment." },
  ],
);
