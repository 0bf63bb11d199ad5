import type { PostureItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { type Json, listOf, needList, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderAuthError, ProviderError, ProviderRateLimitError, ProviderResponseError } from "#src/errors.ts";
import { nextInBody, readAll } from "./api.ts";
import { rolesOf } from "./roles.ts";

/**
 * The settings our checks look at, in one page. Each is read by itself: one that fails is unreadable, with the code, and its checks answer unknown.
 * Throws ProviderAuthError and ProviderRateLimitError: those say nothing about the setting.
 */
export async function* posture(context: StreamContext): AsyncGenerator<StreamPage<PostureItem>, void, void> {
  const { http } = context;
  const items: PostureItem[] = [];
  const read = async (key: string, value: () => Promise<unknown>): Promise<void> => {
    try {
      items.push({ key, value: await value() });
    } catch (error) {
      if (
        !(error instanceof ProviderError) ||
        error instanceof ProviderAuthError ||
        error instanceof ProviderRateLimitError
      )
        throw error;
      items.push({ key, unreadable: error.code });
    }
  };
  const object = async (url: string) => needObject((await http.get(url)).body, "body");
  await read("signOnPolicies", () => policies(context, "OKTA_SIGN_ON"));
  await read("appPolicies", () => policies(context, "ACCESS_POLICY"));
  await read("passwordPolicies", () => policies(context, "PASSWORD", false));
  await read("adminConsoleRules", () => adminConsoleRules(context));
  await read("adminConsole", () => object("/api/v1/first-party-app-settings/admin-console"));
  await read("superAdmins", () => superAdmins(context));
  await read("apiTokens", async () => (await readAll(context, "/api/v1/api-tokens")).map(token));
  await read("threatInsight", () => object("/api/v1/threats/configuration"));
  await read("oktaSupport", async () => ({ support: (await object("/api/v1/org/privacy/oktaSupport")).support }));
  await read("authenticators", async () =>
    (await readAll(context, "/api/v1/authenticators")).map(({ key, name, status }) => ({ key, name, status })),
  );
  await read("clientPrivileges", () => object("/api/v1/org/settings/clientPrivilegesSetting"));
  yield { items, cursor: null };
}

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
  let url: string | null = "/api/v1/iam/assignees/users?limit=100";
  while (url) {
    const body = needObject((await context.http.get(url)).body, "body");
    for (const one of needList(body.value, "value")) {
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
    const next = nextInBody(context, body);
    url = next === url ? null : next;
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
