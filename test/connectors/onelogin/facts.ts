import type { ConnectorFacts } from "../contract/facts.ts";
import type { Live } from "../live.ts";

/** An active account that OneLogin itself keeps, and that administers nothing. */
const person = (live: Live) =>
  live.user(({ status, raw }, index) => {
    const { directory_id, status: number } = raw as { directory_id: unknown; status: number };
    return index > 6 && status === "ACTIVE" && number === 1 && directory_id === null;
  });

const rawStatus = async (live: Live, id: string) => {
  const { items } = await live.read("USERS");
  return (items.find(({ externalId }) => externalId === id)?.raw as { status?: number } | undefined)?.status;
};

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 120, groups: 4, events: 260, historyDays: 4 },
    small: { users: 20, groups: 3, events: 60, historyDays: 1 },
  },
  modes: {
    pair: {
      settings: ({ subdomain, clientId, clientSecret }) => ({ subdomain, clientId, clientSecret }),
      renews: true,
    },
  },
  implied: { "Manage All": ["Read All"] },
  unprovedScopes: { "Manage All": "Only a change shows whether the pair may make one." },
  namesRetryTime: true,
  log: { pulled: true, signIn: "5" },
  actions: {
    SUSPEND_USER: { target: person, shows: (live, { user }) => rawStatus(live, user!.externalId) },
    REQUIRE_SIGN_IN_AGAIN: { target: person, repeats: "OneLogin does not show whether somebody has a session." },
    RESET_PASSWORD: { target: person, shows: (live, { user }) => rawStatus(live, user!.externalId) },
  },
};
