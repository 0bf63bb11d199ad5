import { createHash } from "node:crypto";
import type { ConnectorFacts } from "../contract/facts.ts";
import type { Live } from "../live.ts";

const settings = ({
  clientId,
  clientSecret,
  restEndpoint,
  tokenEndpoint,
  authorizationEndpoint,
}: Readonly<Record<string, string>>) => ({
  clientId,
  clientSecret,
  restEndpoint,
  tokenEndpoint,
  authorizationEndpoint,
});
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const person = (live: Live) => live.user((_, index) => index === 7);

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 130, events: 300, historyDays: 0.4 },
    small: { users: 12, events: 60, historyDays: 0.1 },
  },
  modes: {
    refreshToken: {
      settings: (credentials) => ({ ...settings(credentials), refreshToken: credentials.refreshToken }),
      renews: true,
    },
    consent: { settings, consent: () => ({}), renews: true },
  },
  // An account is found by its worker.
  undeclaredScopes: {
    SUSPEND_USER: ["Worker Data: Public Worker Reports"],
    RESET_PASSWORD: ["Worker Data: Public Worker Reports"],
  },
  namesRetryTime: true,
  log: {
    pulled: true,
    namesOnly: true,
    signIn: "Signon",
    // A row's id is a hash of what identifies it; equal rows are numbered.
    ids: (events) => {
      const seen = new Map<string, number>();
      return events.map(({ id }) => {
        const count = (seen.get(id!) ?? 0) + 1;
        seen.set(id!, count);
        return sha256(id!) + (count > 1 ? `-${count}` : "");
      });
    },
  },
  actions: {
    SUSPEND_USER: {
      settings: { accountActions: "on" },
      target: person,
      shows: (live, { user }) => live.statusOf(user!.externalId),
    },
    RESET_PASSWORD: { settings: { accountActions: "on" }, target: person },
  },
};
