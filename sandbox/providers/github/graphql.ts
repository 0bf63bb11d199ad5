import { buildSchema, GraphQLError, graphql } from "graphql";
import { shape } from "../../trouble.ts";
import type { Caller } from "./access.ts";
import { hasScope, limit } from "./access.ts";
import type { Account } from "./people.ts";
import type { ApiRoute, Call } from "./routes.ts";
import { api, json } from "./routes.ts";
import type { GithubTenant } from "./tenant.ts";

/** The part of GitHub's GraphQL schema that reading an organization takes. */
const schema = buildSchema(`
  type Query { organization(login: String!): Organization enterprise(slug: String!): Enterprise viewer: User! rateLimit: RateLimit }
  type RateLimit { cost: Int! limit: Int! remaining: Int! resetAt: String! used: Int! }
  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! endCursor: String startCursor: String }
  enum OrganizationMemberRole { ADMIN MEMBER }
  enum EnterpriseEnabledSettingValue { ENABLED NO_POLICY }
  enum EnterpriseEnabledDisabledSettingValue { DISABLED ENABLED NO_POLICY }
  enum EnterpriseDefaultRepositoryPermissionSettingValue { ADMIN NONE NO_POLICY READ WRITE }
  type Organization {
    id: ID! databaseId: Int login: String! name: String url: String! isVerified: Boolean! requiresTwoFactorAuthentication: Boolean
    membersWithRole(first: Int, after: String): OrganizationMemberConnection!
    samlIdentityProvider: SamlIdentityProvider
  }
  type OrganizationMemberConnection { totalCount: Int! pageInfo: PageInfo! edges: [OrganizationMemberEdge] nodes: [User] }
  type OrganizationMemberEdge { cursor: String! role: OrganizationMemberRole hasTwoFactorEnabled: Boolean node: User }
  type User {
    id: ID! databaseId: Int login: String! name: String email: String! url: String! createdAt: String! isSiteAdmin: Boolean!
    organizationVerifiedDomainEmails(login: String!): [String!]!
  }
  type SamlIdentityProvider { id: ID! ssoUrl: String issuer: String externalIdentities(first: Int, after: String): ExternalIdentityConnection! }
  type ExternalIdentityConnection { totalCount: Int! pageInfo: PageInfo! edges: [ExternalIdentityEdge] nodes: [ExternalIdentity] }
  type ExternalIdentityEdge { cursor: String! node: ExternalIdentity }
  type ExternalIdentity { guid: String! samlIdentity: SamlIdentity scimIdentity: ScimIdentity user: User }
  type SamlIdentity { nameId: String username: String }
  type ScimIdentity { username: String givenName: String familyName: String }
  type Enterprise { id: ID! databaseId: Int slug: String! name: String! ownerInfo: EnterpriseOwnerInfo }
  type EnterpriseOwnerInfo {
    twoFactorRequiredSetting: EnterpriseEnabledSettingValue!
    defaultRepositoryPermissionSetting: EnterpriseDefaultRepositoryPermissionSettingValue!
    membersCanChangeRepositoryVisibilitySetting: EnterpriseEnabledDisabledSettingValue!
    membersCanDeleteRepositoriesSetting: EnterpriseEnabledDisabledSettingValue!
    membersCanInviteCollaboratorsSetting: EnterpriseEnabledDisabledSettingValue!
    allowPrivateRepositoryForkingSetting: EnterpriseEnabledDisabledSettingValue!
    ipAllowListEnabledSetting: EnterpriseEnabledDisabledSettingValue!
    samlIdentityProvider: EnterpriseIdentityProvider
  }
  type EnterpriseIdentityProvider { id: ID! issuer: String ssoUrl: String externalIdentities(first: Int, after: String): ExternalIdentityConnection! }
`);

export const graphqlRoutes: ApiRoute[] = [
  api("POST", "/graphql", { resource: "graphql" }, async (call) => {
    const { query, variables, operationName } = json(call) as {
      query?: string;
      variables?: Record<string, unknown>;
      operationName?: string;
    };
    if (!query)
      return {
        status: 400,
        body: {
          message: "A query attribute must be specified and must be a string.",
          documentation_url: "https://docs.github.com/graphql",
        },
      };
    const result = await graphql({
      schema,
      source: query,
      rootValue: root(call),
      ...(variables && { variableValues: variables }),
      ...(operationName && { operationName }),
    });
    const errors = result.errors?.map((error) => ({
      ...(error.extensions.type ? { type: error.extensions.type } : {}),
      path: error.path,
      locations: error.locations,
      message: error.message,
    }));
    return {
      status: 200,
      body: { ...(result.data === undefined ? {} : { data: result.data }), ...(errors && { errors }) },
    };
  }),
];

interface PageArguments {
  first?: number;
  after?: string;
}

function root({ tenant, caller }: Call): unknown {
  return {
    viewer: () => user(tenant, tenant.people.member(0)),
    rateLimit: () => {
      const { headers } = limit(tenant, caller, "graphql", tenant.kit.now(), 0);
      const reset = new Date(Number(headers["x-ratelimit-reset"]) * 1000).toISOString().replace(".000", "");
      return {
        cost: 1,
        limit: Number(headers["x-ratelimit-limit"]),
        remaining: Number(headers["x-ratelimit-remaining"]),
        used: Number(headers["x-ratelimit-used"]),
        resetAt: reset,
      };
    },
    organization: ({ login }: { login: string }) => {
      if (login !== tenant.org.login)
        throw problem("NOT_FOUND", `Could not resolve to an Organization with the login of '${login}'.`);
      return {
        id: tenant.settings.node_id,
        databaseId: tenant.org.id,
        login,
        name: tenant.settings.name,
        url: tenant.settings.html_url,
        isVerified: tenant.settings.is_verified,
        requiresTwoFactorAuthentication: tenant.settings.two_factor_requirement_enabled,
        membersWithRole: (page: PageArguments) => {
          need(tenant, caller, "read:org");
          return connection(tenant, page, (account) => ({
            role: tenant.people.role(account).toUpperCase(),
            hasTwoFactorEnabled: account.twoFactor,
            node: user(tenant, account),
          }));
        },
        samlIdentityProvider: () => {
          need(tenant, caller, "admin:org");
          return identityProvider(tenant);
        },
      };
    },
    enterprise: ({ slug }: { slug: string }) => {
      if (slug !== tenant.enterprise.slug)
        throw problem("NOT_FOUND", `Could not resolve to a Business with the URL slug of '${slug}'.`);
      need(tenant, caller, "read:enterprise");
      return {
        id: `E_${tenant.enterprise.id}`,
        databaseId: tenant.enterprise.id,
        slug,
        name: slug,
        ownerInfo: () => ownerInfo(tenant),
      };
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
    membersCanInviteCollaboratorsSetting: setting("members_can_invite_outside_collaborators"),
    allowPrivateRepositoryForkingSetting: setting("members_can_fork_private_repositories"),
    ipAllowListEnabledSetting: "DISABLED",
    samlIdentityProvider: () => identityProvider(tenant),
  };
}

function identityProvider(tenant: GithubTenant): unknown {
  return {
    id: `SIP_${tenant.org.id}`,
    issuer: `https://idp.${tenant.org.login}.example`,
    ssoUrl: `https://idp.${tenant.org.login}.example/sso`,
    externalIdentities: (page: PageArguments) =>
      connection(tenant, page, (account) => {
        const [givenName, familyName] = account.name.split(" ");
        return {
          node: {
            guid: tenant.people.scimId(account),
            samlIdentity: { nameId: account.email, username: account.email },
            scimIdentity: { username: account.email, givenName, familyName },
            user: user(tenant, account),
          },
        };
      }),
  };
}

function user(tenant: GithubTenant, account: Account): Record<string, unknown> {
  const [shown] = shape(
    tenant,
    "users",
    [{ id: `U_${account.id}`, databaseId: account.id, login: account.login }],
    ["databaseId", "login"],
  );
  return {
    ...shown,
    name: account.name,
    // The public address; most people show none.
    email: account.index % 4 === 0 ? account.email : "",
    url: `https://github.com/${account.login}`,
    createdAt: "2021-04-01T08:00:00Z",
    isSiteAdmin: false,
    organizationVerifiedDomainEmails: ({ login }: { login: string }) =>
      login === tenant.org.login && !account.outside ? [account.email] : [],
  };
}

function connection(
  tenant: GithubTenant,
  { first, after }: PageArguments,
  edge: (account: Account) => { node: unknown; [more: string]: unknown },
): unknown {
  if (first === undefined)
    throw problem(
      "MISSING_PAGINATION_BOUNDARIES",
      "You must provide a `first` or `last` value to properly paginate the connection.",
    );
  if (first > 100 && !tenant.options.unlimited)
    throw problem(
      "EXCESSIVE_PAGINATION",
      `Requesting ${first} records on the connection exceeds the \`first\` limit of 100 records.`,
    );
  const offset = after ? Number(Buffer.from(after, "base64").toString().slice("cursor:".length)) : 0;
  const accounts = tenant.people.members(offset, first + 1);
  const edges = accounts
    .slice(0, first)
    .map((account, position) => ({ cursor: cursor(offset + position + 1), ...edge(account) }));
  return {
    totalCount: tenant.people.memberCount,
    pageInfo: {
      hasNextPage: accounts.length > first,
      hasPreviousPage: offset > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    edges,
    nodes: edges.map(({ node }) => node),
  };
}

function cursor(position: number): string {
  return Buffer.from(`cursor:${position}`).toString("base64");
}

function need(tenant: GithubTenant, caller: Caller, scope: string): void {
  if (caller.kind === "installation" ? scope !== "read:enterprise" : hasScope(caller, tenant, scope)) return;
  if (caller.kind === "installation") throw problem("FORBIDDEN", "Resource not accessible by integration");
  throw problem(
    "INSUFFICIENT_SCOPES",
    `Your token has not been granted the required scopes to execute this query. It requires one of the following scopes: ['${scope}'], but your token has only been granted the: [${caller.scopes.map((one) => `'${one}'`).join(", ")}] scopes.`,
  );
}

function problem(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}
