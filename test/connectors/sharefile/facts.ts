import type { ConnectorFacts } from "../contract/facts.ts";
import type { Live } from "../live.ts";

const person = (live: Live) => live.user(({ status, isAdmin }) => status === "ACTIVE" && isAdmin !== true);

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 180, groups: 4, events: 0, historyDays: 1 },
    small: { users: 24, groups: 3, events: 0, historyDays: 1 },
  },
  modes: {
    oauth: {
      settings: ({ subdomain, clientId, clientSecret }) => ({ subdomain, clientId, clientSecret }),
      consent: () => ({}),
      renews: true,
    },
  },
  namesRetryTime: true,
  log: { pulled: false, signIn: "none", failedSignIns: false },
  actions: {
    SUSPEND_USER: { target: person, shows: (live, { user }) => live.statusOf(user!.externalId) },
  },
};
