import type { ConnectorFacts } from "../contract/facts.ts";
import type { Live } from "../live.ts";

const settings = (
  mode: string,
  { region, repositoryId, clientId, clientSecret }: Readonly<Record<string, string>>,
) => ({ mode, region, repositoryId, clientId, clientSecret });

const isAdmin = (live: Live, userId: string): Promise<boolean> => live.isHolder(userId, "NG-CAB00000:administer");

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 40, groups: 5, events: 300, historyDays: 0.5 },
    small: { users: 24, groups: 4, events: 60, historyDays: 0.25 },
  },
  modes: {
    app: { settings: (given) => settings("app", given), renews: true },
    consent: { settings: (given) => settings("consent", given), consent: () => ({}), renews: true },
  },
  namesRetryTime: true,
  people: { atOnce: true, suspended: false },
  log: { pulled: true, signIn: "Login" },
  actions: {
    REVOKE_ADMIN_PRIVILEGES: {
      // The first three people administer.
      target: (live) => live.user((_, index) => index === 1),
      shows: (live, { user }) => isAdmin(live, user!.externalId),
    },
  },
};
