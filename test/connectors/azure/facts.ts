import type { ConnectorFacts, Target } from "../contract/facts.ts";
import type { Live } from "../live.ts";

/** How many roles an account holds on the subscription that is read first. */
async function rolesHeld(live: Live, { user }: Target): Promise<number> {
  const { items } = await live.read("PRIVILEGES");
  return items.filter((item) => item.kind === "holder" && item.userId === user!.externalId).length;
}

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 1300, groups: 5, events: 1300, historyDays: 4 },
    small: { users: 30, groups: 4, events: 60, historyDays: 1 },
  },
  modes: {
    secret: {
      settings: ({ tenantId, clientId, clientSecret }) => ({ tenantId, clientId, clientSecret }),
      consent: () => ({}),
      renews: true,
    },
    certificate: {
      settings: ({ tenantId, certificateClientId, certificate }) => ({
        ...{ tenantId, clientId: certificateClientId, certificate, consent: "given" },
      }),
      renews: true,
    },
  },
  namesRetryTime: true,
  log: { pulled: true, signIn: "Sign-in activity" },
  actions: {
    REVOKE_ADMIN_PRIVILEGES: {
      target: async (_, tenant) => ({
        user: { externalId: (await tenant.userIds()).ids[4]!, login: null, email: null },
      }),
      shows: rolesHeld,
    },
  },
};
