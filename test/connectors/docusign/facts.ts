import type { ConnectorFacts } from "../contract/facts.ts";
import type { Live } from "../live.ts";

/** An active user who is no administrator, and not the one that Gatehouse acts as. */
const person = (live: Live) => live.user(({ status }, index) => index > 5 && status === "ACTIVE");

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 230, groups: 8, events: 1300, historyDays: 4 },
    small: { users: 30, groups: 8, events: 60, historyDays: 1 },
  },
  modes: {
    jwt: {
      settings: ({ integrationKey, userId, privateKey }) => ({ integrationKey, userId, privateKey, actions: "on" }),
      renews: true,
    },
    oauth: {
      settings: ({ integrationKey, secretKey }) => ({ mode: "oauth", integrationKey, secretKey, actions: "on" }),
      consent: () => ({}),
      renews: true,
    },
  },
  namesRetryTime: true,
  log: { pulled: true, signIn: "Login.Login" },
  actions: {
    SUSPEND_USER: { target: person, shows: (live, { user }) => live.statusOf(user!.externalId) },
    RESET_PASSWORD: { target: person, repeats: "DocuSign does not show whether a new password is asked for." },
  },
};
