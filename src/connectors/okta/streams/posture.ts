import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { type Json, listOf, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { ProviderResponseError } from "#src/errors.ts";
import { readAll } from "../api.ts";
import { administrators, rolesOf } from "../roles.ts";

/** The settings our checks look at, in one page. */
export const posture: StreamFunction<"POSTURE"> = async function* (context) {
  const object = async (url: string) => needObject((await context.http.get(url)).body, "body");
  const items = await readSettings(context, {
    signOnPolicies: () => policies(context, "OKTA_SIGN_ON"),
    appPolicies: () => policies(context, "ACCESS_POLICY"),
    passwordPolicies: () => policies(context, "PASSWORD", false),
    adminConsoleRules: () => adminConsoleRules(context),
    adminConsole: () => object("/api/v1/first-party-app-settings/admin-console"),
    superAdmins: () => superAdmins(context),
    apiTokens: async () => (await readAll(context, "/api/v1/api-tokens")).map(token),
    threatInsight: () => object("/api/v1/threats/configuration"),
    oktaSupport: async () => ({ support: (await object("/api/v1/org/privacy/oktaSupport")).support }),
    authenticators: async () =>
      (await readAll(context, "/api/v1/authenticators")).map(({ key, name, status }) => ({ key, name, status })),
    clientPrivileges: () => object("/api/v1/org/settings/clientPrivilegesSetting"),
  });
  yield { items, cursor: null };
};

async function policies(context: StreamContext, type: string, withRules = true): Promise<Json[]> {
  const found: Json[] = [];
  for (const policy of await readAll(context, `/api/v1/policies?type=${type}`)) {
    const id = needText(policy.id, "policies.id");
    const rules = withRules ? await rulesOfPolicy(context, id) : [];
    found.push({
      id,
      name: policy.name,
      status: policy.status,
      system: policy.system,
      settings: policy.settings ?? null,
      rules,
    });
  }
  return found;
}

async function rulesOfPolicy(context: StreamContext, policyId: string): Promise<Json[]> {
  const rules = await readAll(context, `/api/v1/policies/${encodeURIComponent(policyId)}/rules`);
  return rules.map(({ id, name, status, actions }) => ({ id, name, status, actions: actions ?? null }));
}

/** Rules of the policy that guards the Admin Console. */
async function adminConsoleRules(context: StreamContext): Promise<Json[]> {
  const apps = await readAll(
    context,
    `/api/v1/apps?${new URLSearchParams({ filter: 'name eq "saasure"', limit: "5" })}`,
  );
  const href = textOf(objectOf(objectOf(apps.find(({ name }) => name === "saasure")?._links).accessPolicy).href);
  const id = href?.split("/").pop();
  if (!id)
    throw new ProviderResponseError(
      "Okta does not name the policy of the Admin Console.",
      "apps._links.accessPolicy.href",
    );
  return await rulesOfPolicy(context, id);
}

async function superAdmins(context: StreamContext): Promise<Json[]> {
  const found: Json[] = [];
  for await (const { records } of walkPages(context, administrators)) {
    for (const one of records) {
      const id = needText(objectOf(one).id, "value.id");
      if (!(await rolesOf(context, id)).some(({ type }) => type === "SUPER_ADMIN")) continue;
      const user = needObject((await context.http.get(`/api/v1/users/${encodeURIComponent(id)}`)).body, "user");
      found.push({
        id,
        login: objectOf(user.profile).login,
        status: user.status,
        lastLogin: user.lastLogin ?? null,
        readAt: context.now().toISOString(),
      });
    }
  }
  return found;
}

function token(raw: Json): Json {
  return {
    id: raw.id,
    name: raw.name,
    userId: raw.userId,
    connection: objectOf(raw.network).connection ?? null,
    zones: listOf(objectOf(raw.network).include),
    lastUpdated: raw.lastUpdated ?? null,
  };
}
