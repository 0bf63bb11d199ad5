import type { PostureItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { isObject, type Json, needList, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { readSettings } from "#src/connector-kit/settings.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { enterprisePath, graphql, orgPath, readAll } from "../api.ts";

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
 * The settings our checks look at, in one page. One that is refused is unreadable, and its checks answer unknown.
 * Throws as `readSettings` does.
 */
export async function* posture(context: StreamContext): AsyncGenerator<StreamPage<PostureItem>, void, void> {
  const org = orgPath(context);
  const { enterprise } = context.settings;
  const items = await readSettings(context, {
    organization: async () => settingsOf(needObject((await context.http.get(org)).body, "body")),
    owners: () => logins(context, `${org}/members?role=admin&per_page=100`),
    membersWithout2fa: () => logins(context, `${org}/members?filter=2fa_disabled&per_page=100`),
    outsideCollaboratorsWithout2fa: () =>
      logins(context, `${org}/outside_collaborators?filter=2fa_disabled&per_page=100`),
    saml: async () => {
      const organization = await graphql(context, "organization", samlQuery, { org: context.settings.org });
      return { enabled: isObject(organization.samlIdentityProvider) };
    },
    webhooks: async () => (await readAll(context, `${org}/hooks?per_page=100`)).map(webhook),
    publicRepositories: async () =>
      (await readAll(context, `${org}/repos?type=all&per_page=100`))
        .filter((repo) => (textOf(repo.visibility) ?? (repo.private === false && "public")) === "public")
        .map((repo) => needText(repo.name, "repos.name")),
    defaultBranches: () => defaultBranches(context),
    ...(enterprisePath(context) && {
      enterprise: async () => {
        const { ownerInfo } = await graphql(context, "enterprise", enterpriseQuery, { enterprise });
        return needObject(ownerInfo, "data.enterprise.ownerInfo");
      },
    }),
  });
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
  const found: Branch[] = [];
  for (const one of needList(body, "repos")) {
    const repo = needObject(one, "repos");
    if (repo.archived === true || repo.disabled === true) continue;
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
