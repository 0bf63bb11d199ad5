import type { ConnectorFacts } from "../contract/facts.ts";

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 60, groups: 5, events: 400, historyDays: 4 },
    small: { users: 24, groups: 4, events: 60, historyDays: 1 },
  },
  modes: {
    app: {
      settings: ({ region, repositoryId, clientId, clientSecret }) => ({
        region,
        repositoryId,
        clientId,
        clientSecret,
      }),
      renews: true,
    },
  },
  namesRetryTime: true,
  people: { atOnce: true, suspended: false },
  log: { pulled: true, signIn: "Login" },
  actions: {},
};
