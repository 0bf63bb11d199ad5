import type { ConnectorFacts } from "../contract/facts.ts";
import type { Live } from "../live.ts";

const person = (live: Live) => live.user(({ status, isAdmin }) => status === "ACTIVE" && !isAdmin);

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 230, groups: 6, events: 600, historyDays: 0.5 },
    small: { users: 14, groups: 4, events: 60, historyDays: 0.25 },
  },
  modes: {
    oauth: {
      settings: ({ domain, clientId, clientSecret }) => ({ domain, clientId, clientSecret }),
      consent: () => ({}),
      renews: true,
    },
  },
  namesRetryTime: true,
  log: { pulled: true, namesOnly: true, signIn: "LOGIN_AUDIT.Login" },
  actions: {
    SUSPEND_USER: { target: person, shows: (live, { user }) => live.statusOf(user!.externalId) },
    REVOKE_ADMIN_PRIVILEGES: {
      target: (live) => live.user(({ isAdmin }, index) => index > 0 && isAdmin === true),
      shows: (live, { user }) => live.isHolder(user!.externalId, "type:admin"),
    },
  },
};
