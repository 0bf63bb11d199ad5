import type { ConnectorFacts } from "../contract/facts.ts";
import type { Live } from "../live.ts";

const person = (live: Live) =>
  live.user(({ status, isAdmin, isExternal }) => status === "ACTIVE" && !isAdmin && !isExternal);

async function token(live: Live) {
  const { items } = await live.read("OAUTH_APPS");
  const grant = items.find((item) => item.kind === "grant");
  if (grant?.kind !== "grant") throw new Error("There is no API token");
  return {
    oauthApp: { externalId: grant.appId },
    user: { externalId: grant.userId, login: null, email: null },
    grant: { reference: grant.reference ?? null },
  };
}

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 230, groups: 4, events: 620, historyDays: 4 },
    small: { users: 24, groups: 3, events: 60, historyDays: 1 },
  },
  modes: { key: { settings: ({ organizationId, apiKey }) => ({ organizationId, apiKey }), renews: true } },
  unprovedScopes: {
    "write:directories:admin": "Only a change shows whether the key may make one.",
    "delete:tokens:admin": "Only a deletion shows whether the key may make one.",
  },
  namesRetryTime: true,
  log: { pulled: true, signIn: "user_login" },
  actions: {
    SUSPEND_USER: { target: person, shows: (live, { user }) => live.statusOf(user!.externalId) },
    REVOKE_ADMIN_PRIVILEGES: {
      target: (live) => live.user(({ isAdmin }, index) => isAdmin === true && index > 0),
      shows: (live, { user }) => live.isHolder(user!.externalId, "atlassian/org-admin"),
    },
    REVOKE_APP_FOR_USER: {
      target: token,
      shows: async (live, { oauthApp }) => {
        const { items } = await live.read("OAUTH_APPS");
        return items.some((item) => item.kind === "app" && item.externalId === oauthApp!.externalId);
      },
    },
  },
};
