import type { ConnectorFacts, Target } from "../contract/facts.ts";
import type { Live } from "../live.ts";

const person = (live: Live) => live.user(({ status }, index) => status === "ACTIVE" && index > 6);

/** An app that is not our own, and who holds a token of it. */
async function grant(live: Live): Promise<Target> {
  const { items } = await live.read("OAUTH_APPS");
  const found = items.find((item) => item.kind === "grant");
  if (found?.kind !== "grant") throw new Error("There is no grant");
  return { oauthApp: { externalId: found.appId }, user: { externalId: found.userId, login: null, email: null } };
}

const app = async (live: Live): Promise<Target> => ({ oauthApp: (await grant(live)).oauthApp! });

const grantsOf = async (live: Live, { oauthApp, user }: Target) =>
  (await live.read("OAUTH_APPS")).items.filter(
    (item) =>
      item.kind === "grant" && item.appId === oauthApp!.externalId && (!user || item.userId === user.externalId),
  ).length;

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 1010, groups: 7, events: 900, historyDays: 0.3, files: 220 },
    small: { users: 14, groups: 6, events: 60, historyDays: 0.2, files: 30 },
  },
  modes: {
    clientCredentials: {
      settings: ({ host, clientId, clientSecret }) => ({ mode: "clientCredentials", host, clientId, clientSecret }),
      renews: true,
    },
    oauth: {
      settings: ({ host, clientId, clientSecret }) => ({ mode: "oauth", host, clientId, clientSecret }),
      consent: () => ({}),
      renews: true,
    },
    basic: { settings: ({ host, username, password }) => ({ mode: "basic", host, username, password }), renews: true },
  },
  namesRetryTime: true,
  log: { pulled: true, namesOnly: true, signIn: "login" },
  actions: {
    SUSPEND_USER: { target: person, shows: (live, { user }) => live.statusOf(user!.externalId) },
    RESET_PASSWORD: {
      target: person,
      shows: async (live, { user }) =>
        (await live.read("USERS")).items.find(({ externalId }) => externalId === user!.externalId)?.raw,
    },
    REVOKE_ADMIN_PRIVILEGES: {
      target: async (live) => {
        const { items } = await live.read("PRIVILEGES");
        const role = items.find((item) => item.kind === "privilege" && item.name === "user_admin");
        const holders = items.flatMap((item) =>
          item.kind === "holder" && role?.kind === "privilege" && item.privilegeId === role.externalId
            ? item.userId
            : [],
        );
        return await live.user(({ externalId, type }) => type === "HUMAN" && holders.includes(externalId));
      },
      shows: async (live, { user }) =>
        (await live.read("PRIVILEGES")).items.filter(
          (item) => item.kind === "holder" && item.userId === user!.externalId,
        ),
    },
    REVOKE_APP_FOR_USER: { target: grant, shows: grantsOf },
    REVOKE_APP: { target: app, shows: grantsOf },
    BAN_APP: {
      target: app,
      shows: async (live, { oauthApp }) =>
        (await live.read("OAUTH_APPS")).items.find(
          (item) => item.kind === "app" && item.externalId === oauthApp!.externalId,
        ),
    },
  },
};
