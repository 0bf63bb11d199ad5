import { buildSchema, GraphQLError, graphql } from "graphql";
import { pageAt, placeOf, tokenAt } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import { type GithubCall, hasScope } from "./access.ts";
import { ok, problem } from "./answers.ts";
import type { Account } from "./people.ts";
import { api, type GithubRoute, json } from "./routes.ts";
import type { GithubTenant } from "./tenant.ts";

/** The part of GitHub's GraphQL schema that Gatehouse asks for. */
const schema = buildSchema(`
  type Query { organization(login: String!): Organization enterprise(slug: String!): Enterprise }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  enum OrganizationMemberRole { ADMIN MEMBER }
  enum EnterpriseEnabledSettingValue { ENABLED NO_POLICY }
  enum EnterpriseEnabledDisabledSettingValue { DISABLED ENABLED NO_POLICY }
  enum EnterpriseDefaultRepositoryPermissionSettingValue { ADMIN NONE NO_POLICY READ WRITE }
  type Organization {
    membersWithRole(first: Int, after: String): OrganizationMemberConnection!
    samlIdentityProvider: SamlIdentityProvider
  }
  type OrganizationMemberConnection { pageInfo: PageInfo! edges: [OrganizationMemberEdge] }
  type OrganizationMemberEdge { role: OrganizationMemberRole hasTwoFactorEnabled: Boolean node: User }
  type User {
    databaseId: Int login: String! name: String email: String!
    organizationVerifiedDomainEmails(login: String!): [String!]!
  }
  type SamlIdentityProvider {
    ssoUrl: String issuer: String
    externalIdentities(first: Int, after: String): ExternalIdentityConnection!
  }
  type ExternalIdentityConnection { totalCount: Int! pageInfo: PageInfo! edges: [ExternalIdentityEdge] }
  type ExternalIdentityEdge { node: ExternalIdentity }
  type ExternalIdentity { guid: String! samlIdentity: SamlIdentity scimIdentity: ScimIdentity user: User }
  type SamlIdentity { nameId: String }
  type ScimIdentity { username: String }
  type Enterprise { ownerInfo: EnterpriseOwnerInfo }
  type EnterpriseOwnerInfo {
    twoFactorRequiredSetting: EnterpriseEnabledSettingValue!
    defaultRepositoryPermissionSetting: EnterpriseDefaultRepositoryPermissionSettingValue!
    membersCanChangeRepositoryVisibilitySetting: EnterpriseEnabledDisabledSettingValue!
    membersCanDeleteRepositoriesSetting: EnterpriseEnabledDisabledSettingValue!
    samlIdentityProvider: SamlIdentityProvider
  }
`);

export const graphqlRoutes: GithubRoute[] = [
  api("POST", "/graphql", "", async (call) => {
    const { query, variables } = json(call) as { query?: string; variables?: Record<string, unknown> };
    if (!query) return problem(400, "A query attribute must be specified and must be a string.");
    // GitHub looks at the whole document first, and refuses it for one field.
    if (/\bemail\b/.test(query) && !["user:email", "read:user"].some((scope) => holds(call, scope)))
      return answer(null, [insufficient(call, ["user:email", "read:user"])]);
    const { data, errors } = await graphql({ schema, source: query, rootValue: root(call), variableValues: variables });
    return answer(data, errors);
  }),
];

function answer(data: unknown, errors: readonly GraphQLError[] = []): SandboxResponse {
  const written = errors.map(({ extensions: { type }, path, locations, message }) => ({
    ...(type ? { type } : {}),
    ...{ path, locations, message },
  }));
  return ok({ ...(data ? { data } : {}), ...(written.length > 0 && { errors: written }) });
}

interface PageArguments {
  first?: number;
  after?: string;
}

function root(call: GithubCall): unknown {
  const { tenant } = call;
  const { people, org, enterprise } = tenant;
  return {
    organization: ({ login }: { login: string }) => {
      if (login !== org.login)
        throw refusal("NOT_FOUND", `Could not resolve to an Organization with the login of '${login}'.`);
      return {
        membersWithRole: (page: PageArguments) => {
          need(call, "read:org");
          return connection(tenant, page, (account) => ({
            role: people.role(account).toUpperCase(),
            hasTwoFactorEnabled: people.hasTwoFactor(account),
            node: user(tenant, account),
          }));
        },
        samlIdentityProvider: () => {
          need(call, "admin:org");
          return identityProvider(tenant);
        },
      };
    },
    enterprise: ({ slug }: { slug: string }) => {
      if (slug !== enterprise.slug)
        throw refusal("NOT_FOUND", `Could not resolve to a Business with the URL slug of '${slug}'.`);
      need(call, "read:enterprise");
      return { ownerInfo: () => ownerInfo(tenant) };
    },
  };
}

function ownerInfo(tenant: GithubTenant): unknown {
  const { settings } = tenant;
  const setting = (name: string): string => (settings[name] ? "ENABLED" : "DISABLED");
  return {
    twoFactorRequiredSetting: settings.two_factor_requirement_enabled ? "ENABLED" : "NO_POLICY",
    defaultRepositoryPermissionSetting: String(settings.default_repository_permission).toUpperCase(),
    membersCanChangeRepositoryVisibilitySetting: setting("members_can_change_repo_visibility"),
    membersCanDeleteRepositoriesSetting: setting("members_can_delete_repositories"),
    samlIdentityProvider: () => identityProvider(tenant),
  };
}

function identityProvider(tenant: GithubTenant): unknown {
  const issuer = `https://idp.${tenant.org.login}.example`;
  return {
    issuer,
    ssoUrl: `${issuer}/sso`,
    externalIdentities: (page: PageArguments) =>
      connection(tenant, page, (account) => ({
        node: {
          guid: tenant.people.scimId(account),
          samlIdentity: { nameId: account.email },
          scimIdentity: { username: account.email },
          user: user(tenant, account),
        },
      })),
  };
}

function user(tenant: GithubTenant, account: Account): object {
  const person = { databaseId: account.id, login: account.login };
  return {
    ...shape(tenant, "users", [person], ["databaseId", "login"])[0],
    name: account.name,
    // The public address; most people show none.
    email: account.index % 4 === 0 ? account.email : "",
    organizationVerifiedDomainEmails: ({ login }: { login: string }) =>
      login === tenant.org.login && !account.outside ? [account.email] : [],
  };
}

/** Of members. */
function connection(
  tenant: GithubTenant,
  { first, after }: PageArguments,
  edge: (account: Account) => object,
): unknown {
  const { members } = tenant.people;
  // A count is all that is asked for without a page.
  if (first === undefined) return { totalCount: members.present };
  if (first > 100 && !tenant.options.unlimited)
    throw refusal("EXCESSIVE_PAGINATION", `Requesting ${first} records exceeds the \`first\` limit of 100 records.`);
  const start = placeOf(after ?? null);
  if (start === undefined)
    throw refusal("INVALID_CURSOR_ARGUMENTS", `\`${after}\` does not appear to be a valid cursor.`);
  const { records, next } = pageAt(members, start, first);
  return {
    totalCount: members.present,
    pageInfo: { hasNextPage: next !== undefined, endCursor: next === undefined ? null : tokenAt(next) },
    edges: records.map((index) => edge(tenant.people.member(index))),
  };
}

function holds(call: GithubCall, scope: string): boolean {
  return call.caller.kind === "installation" ? scope !== "read:enterprise" : hasScope(call, scope);
}

function need(call: GithubCall, scope: string): void {
  if (holds(call, scope)) return;
  if (call.caller.kind === "installation") throw refusal("FORBIDDEN", "Resource not accessible by integration");
  throw insufficient(call, [scope]);
}

function insufficient({ caller }: GithubCall, scopes: string[]): GraphQLError {
  const quoted = (list: string[]) => `[${list.map((one) => `'${one}'`).join(", ")}]`;
  return refusal(
    "INSUFFICIENT_SCOPES",
    `Your token has not been granted the required scopes to execute this query. It requires one of the following scopes: ${quoted(scopes)}, but your token has only been granted the: ${quoted(caller.scopes)} scopes.`,
  );
}

function refusal(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}
