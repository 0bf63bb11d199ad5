import type { ConnectorFacts } from "../contract/facts.ts";
import type { Live } from "../live.ts";

/** An active user of the plan's own domain who is no administrator. */
const person = (live: Live) =>
  live.user(({ status, isExternal, isAdmin }) => status === "ACTIVE" && !isExternal && !isAdmin);

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 120, groups: 5, events: 1050, historyDays: 4 },
    small: { users: 30, groups: 4, events: 60, historyDays: 1 },
  },
  modes: {
    token: { settings: ({ token }) => ({ mode: "token", token }), renews: true },
    oauth: {
      settings: ({ clientId, clientSecret }) => ({ mode: "oauth", clientId, clientSecret }),
      consent: () => ({}),
      renews: true,
    },
  },
  namesRetryTime: false,
  log: { pulled: true, signIn: "USER - LOGIN", failedSignIns: false },
  actions: {
    SUSPEND_USER: { target: person, shows: (live, { user }) => live.statusOf(user!.externalId) },
    REVOKE_ADMIN_PRIVILEGES: {
      target: (live) => live.user(({ isAdmin }, index) => isAdmin === true && index > 0),
      shows: async (live, { user }) => [
        await live.isHolder(user!.externalId, "admin"),
        await live.isHolder(user!.externalId, "groupAdmin"),
      ],
    },
  },
};
