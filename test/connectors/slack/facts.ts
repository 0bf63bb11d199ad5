import type { ConnectorFacts } from "../contract/facts.ts";
import type { Live } from "../live.ts";

/** An active member. */
const member = (live: Live) =>
  live.user(
    ({ status, isExternal, isAdmin, type }) => status === "ACTIVE" && !isExternal && !isAdmin && type === "HUMAN",
  );

async function app(live: Live) {
  const found = (await live.read("OAUTH_APPS")).items.find((item) => item.kind === "app" && item.banned !== true);
  if (found?.kind !== "app") throw new Error("There is no approved app");
  return { oauthApp: { externalId: found.externalId } };
}

async function isBanned(live: Live, id: string): Promise<boolean | undefined> {
  const { items } = await live.read("OAUTH_APPS");
  return items.flatMap((item) => (item.kind === "app" && item.externalId === id ? [item.banned] : []))[0];
}

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 220, groups: 3, events: 420, historyDays: 4 },
    small: { users: 24, groups: 3, events: 60, historyDays: 1 },
  },
  modes: {
    oauth: {
      settings: ({ clientId, clientSecret }) => ({ clientId, clientSecret }),
      consent: () => ({}),
      renews: false,
    },
  },
  namesRetryTime: true,
  appsWithoutGrants: "Slack lists what was approved or restricted, without the people who installed it.",
  log: { pulled: true, signIn: "user_login" },
  actions: {
    SUSPEND_USER: { target: member, shows: (live, { user }) => live.statusOf(user!.externalId) },
    REQUIRE_SIGN_IN_AGAIN: { target: member, repeats: "Slack answers alike whether there were sessions or not." },
    REVOKE_APP: { target: app, repeats: "Slack names what is approved, not what is installed." },
    BAN_APP: { target: app, shows: (live, { oauthApp }) => isBanned(live, oauthApp!.externalId) },
  },
};
