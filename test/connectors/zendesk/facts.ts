import type { ConnectorFacts } from "../contract/facts.ts";
import type { Live } from "../live.ts";

/** An active agent of the account's own. */
const agent = (live: Live) =>
  live.user(({ status, isExternal, isAdmin }) => status === "ACTIVE" && !isExternal && !isAdmin);

async function shownGrants(live: Live, appId: string, userId?: string): Promise<number> {
  const { items } = await live.read("OAUTH_APPS");
  return items.filter(
    (item) => item.kind === "grant" && item.appId === appId && (userId === undefined || item.userId === userId),
  ).length;
}

async function grant(live: Live) {
  const { items } = await live.read("OAUTH_APPS");
  const found = items.find((item) => item.kind === "grant");
  if (found?.kind !== "grant") throw new Error("There is no grant");
  return {
    oauthApp: { externalId: found.appId },
    user: { externalId: found.userId, login: null, email: null },
    grant: { reference: found.reference ?? null },
  };
}

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 220, groups: 3, events: 420, historyDays: 4 },
    small: { users: 24, groups: 3, events: 60, historyDays: 1 },
  },
  modes: {
    oauth: {
      settings: ({ subdomain, clientId, clientSecret }) => ({ mode: "oauth", subdomain, clientId, clientSecret }),
      consent: () => ({}),
      renews: true,
    },
    token: { settings: ({ subdomain, email, token }) => ({ mode: "token", subdomain, email, token }), renews: true },
  },
  implied: { read: ["users:read", "auditlogs:read"], write: ["users:write"] },
  namesRetryTime: true,
  log: { pulled: true, signIn: "user.login", failedSignIns: false },
  actions: {
    SUSPEND_USER: { target: agent, shows: (live, { user }) => live.statusOf(user!.externalId) },
    REQUIRE_SIGN_IN_AGAIN: { target: agent, repeats: "Zendesk answers alike whether there were sessions or not." },
    REVOKE_ADMIN_PRIVILEGES: {
      target: (live) => live.user(({ isAdmin }, index) => isAdmin === true && index > 0),
      shows: (live, { user }) => live.isHolder(user!.externalId, "admin"),
    },
    REVOKE_APP: {
      target: async (live) => ({ oauthApp: (await grant(live)).oauthApp }),
      shows: (live, { oauthApp }) => shownGrants(live, oauthApp!.externalId),
    },
    REVOKE_APP_FOR_USER: {
      target: grant,
      shows: (live, { oauthApp, user }) => shownGrants(live, oauthApp!.externalId, user!.externalId),
    },
  },
};
