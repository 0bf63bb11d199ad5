import type { PostureItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { type Json, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ProviderAuthError, ProviderError, ProviderRateLimitError, ProviderScopeError } from "#src/errors.ts";
import { graphql, itemsOf, orgPath, readAll } from "./api.ts";

/** Two or three calls a repository: those pushed to last matter most. */
const repositoriesLookedAt = 100;

const samlQuery = `query($org: String!) { organization(login: $org) { samlIdentityProvider { ssoUrl issuer } } }`;

const enterpriseQuery = `query($enterprise: String!) {
  enterprise(slug: $enterprise) {
    ownerInfo {
      twoFactorRequiredSetting
      membersCanDeleteRepositoriesSetting
      membersCanChangeRepositoryVisibilitySetting
      defaultRepositoryPermissionSetting
      samlIdentityProvider { externalIdentities { totalCount } }
    }
  }
}`;

/**
 * The settings our checks look at, in one page. Each is read by itself: one that fails is unreadable, with the code, and its checks answer unknown.
 * Throws ProviderAuthError and ProviderRateLimitError: those say nothing about the setting.
 */
export async function* posture(context: StreamContext): AsyncGenerator<StreamPage<PostureItem>, void, void> {
  const org = orgPath(context);
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
  await read("organization", async () => settingsOf(needObject((await context.http.get(org)).body, "body")));
  await read("owners", () => logins(context, `${org}/members?role=admin&per_page=100`));
  await read("membersWithout2fa", () => logins(context, `${org}/members?filter=2fa_disabled&per_page=100`));
  await read("outsideCollaboratorsWithout2fa", () =>
    logins(context, `${org}/outside_collaborators?filter=2fa_disabled&per_page=100`),
  );
  await read("saml", async () => {
    const organization = await graphql(context, "organization", samlQuery, { org: context.settings.org });
    return { enabled: organization.samlIdentityProvider !== null && organization.samlIdentityProvider !== undefined };
  });
  await read("webhooks", async () => (await readAll(context, `${org}/hooks?per_page=100`)).map(webhook));
  await read("publicRepositories", async () =>
    (await readAll(context, `${org}/repos?type=all&per_page=100`))
      .filter(
        ({ visibility, private: isPrivate }) => (textOf(visibility) ?? (isPrivate === false && "public")) === "public",
      )
      .map((repo) => needText(repo.name, "repos.name")),
  );
  await read("defaultBranches", () => defaultBranches(context));
  if (context.settings.enterprise && context.settings.mode !== "app") {
    await read("enterprise", async () => {
      const enterprise = await graphql(context, "enterprise", enterpriseQuery, {
        enterprise: context.settings.enterprise,
      });
      return needObject(enterprise.ownerInfo, "data.enterprise.ownerInfo");
    });
  }
  yield { items, cursor: null };
}

/** Settings only: an organization's addresses, counts and plan are left out. */
function settingsOf(organization: Json): Json {
  const kept =
    /^(two_factor|default_repository|members_|is_verified|secret_scanning|dependabot|advanced_security|dependency_graph|web_commit|readers_can|deploy_keys)/;
  return Object.fromEntries(Object.entries(organization).filter(([name]) => kept.test(name)));
}

async function logins(context: StreamContext, url: string): Promise<string[]> {
  return (await readAll(context, url)).map((account) => needText(account.login, "login"));
}

/** The secret itself comes masked; only that there is one is kept. */
function webhook(hook: Json): Json {
  const config = objectOf(hook.config);
  return {
    url: textOf(config.url),
    active: hook.active === true,
    insecureSsl: String(config.insecure_ssl ?? "0"),
    hasSecret: textOf(config.secret) !== null,
  };
}

interface Branch {
  repository: string;
  branch: string;
  /** Null: this token may not see it. */
  protected: boolean | null;
}

async function defaultBranches(context: StreamContext): Promise<Branch[]> {
  const { body } = await context.http.get(
    `${orgPath(context)}/repos?type=all&sort=pushed&direction=desc&per_page=${repositoriesLookedAt}`,
  );
  const repositories = itemsOf(body).filter((repo) => repo.archived !== true && repo.disabled !== true);
  const found: Branch[] = [];
  for (const repo of repositories.slice(0, repositoriesLookedAt)) {
    const name = needText(repo.name, "repos.name");
    const branch = textOf(repo.default_branch) ?? "main";
    found.push({ repository: name, branch, protected: await isProtected(context, name, branch) });
  }
  return found;
}

/** By branch protection or by a ruleset. A 404 may hide what the token may not see, unless GitHub reports that nothing is protected. */
async function isProtected(context: StreamContext, repository: string, branch: string): Promise<boolean | null> {
  const repo = `/repos/${encodeURIComponent(context.settings.org ?? "")}/${encodeURIComponent(repository)}`;
  try {
    const rules = await context.http.get(`${repo}/rules/branches/${encodeURIComponent(branch)}`, { allow: [404] });
    if (rules.status === 200 && Array.isArray(rules.body) && rules.body.length > 0) return true;
    const protection = await context.http.get<Json>(`${repo}/branches/${encodeURIComponent(branch)}/protection`, {
      allow: [404],
    });
    if (protection.status === 200) return true;
    const saysNo = /not protected/i.test(textOf(objectOf(protection.body).message) ?? "");
    return saysNo && rules.status === 200 ? false : null;
  } catch (error) {
    if (error instanceof ProviderScopeError) return null;
    throw error;
  }
}
