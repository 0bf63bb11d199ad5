import type { ConnectorFacts, Target } from "../contract/facts.ts";
import type { Live } from "../live.ts";

const user = (live: Live, id: string | undefined) => live.user(({ externalId }) => externalId === id);

async function appWith(live: Live, prefix: string): Promise<Target> {
  const { items } = await live.read("OAUTH_APPS");
  const app = items.find((item) => item.kind === "app" && item.externalId.startsWith(prefix));
  if (app?.kind !== "app") throw new Error(`There is no ${prefix}`);
  return { oauthApp: { externalId: app.externalId } };
}

/** A token or key, and whose it is. */
async function credentialOf(live: Live, own: string | undefined): Promise<Target> {
  const { items } = await live.read("OAUTH_APPS");
  const grant = items.find(
    (item) => item.kind === "grant" && item.appId.startsWith("credential:") && item.userId !== own,
  );
  if (grant?.kind !== "grant") throw new Error("There is no credential");
  return { ...(await user(live, grant.userId)), oauthApp: { externalId: grant.appId } };
}

const listed = async (live: Live, { oauthApp }: Target) =>
  (await live.read("OAUTH_APPS")).items.some((item) => item.kind === "app" && item.externalId === oauthApp?.externalId);

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 130, groups: 9, events: 450, historyDays: 4 },
    small: { users: 12, groups: 4, events: 60, historyDays: 1 },
  },
  modes: {
    pat: {
      settings: ({ org, enterprise, personalAccessToken }) => ({
        mode: "pat",
        org,
        enterprise,
        token: personalAccessToken,
      }),
      renews: true,
    },
    app: {
      settings: ({ org, appId, installationId, privateKey }) => ({
        mode: "app",
        org,
        appId,
        installationId,
        privateKey,
      }),
      renews: true,
    },
    oauth: {
      settings: ({ org, clientId, clientSecret }) => ({ mode: "oauth", org, clientId, clientSecret }),
      consent: () => ({}),
      renews: false,
      // GitHub has no scope to read repositories only, so it is not asked for by default.
      unreadable: ["publicRepositories", "defaultBranches"],
    },
  },
  implied: { "admin:org": ["read:audit_log"] },
  // Licences of the enterprise say who owns it.
  undeclaredScopes: { PRIVILEGES: ["admin:enterprise"] },
  namesRetryTime: true,
  log: { pulled: true, signIn: "user.login" },
  actions: {
    SUSPEND_USER: {
      target: async (live, tenant) => user(live, (await tenant.userIds()).ids[7]),
      shows: (live, { user }) => live.statusOf(user!.externalId),
    },
    REQUIRE_SIGN_IN_AGAIN: {
      target: async (live, tenant) => credentialOf(live, (await tenant.userIds()).ids[0]),
      shows: listed,
    },
    REVOKE_ADMIN_PRIVILEGES: {
      target: async (live, tenant) => user(live, (await tenant.userIds()).ids[2]),
      shows: (live, { user }) => live.isHolder(user!.externalId, "org:owner"),
    },
    REVOKE_APP: { target: (live) => appWith(live, "credential:"), shows: listed },
    REVOKE_APP_FOR_USER: { target: (live) => credentialOf(live, undefined), shows: listed },
  },
  webhook: {
    event: { type: "org.add_member" },
    signature: "x-hub-signature-256",
    coversBody: true,
    maxAgeSeconds: null,
    brings: "refresh",
  },
};
