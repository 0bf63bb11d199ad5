import type { ConnectorFacts, Target } from "../contract/facts.ts";
import type { Live } from "../live.ts";

/** Somebody active whose password lives in Okta, and who is no administrator. */
const person = (live: Live) =>
  live.user(({ raw }, index) => {
    const { status, credentials } = raw as { status: string; credentials?: { provider?: { type?: string } } };
    return index > 10 && status === "ACTIVE" && (credentials?.provider?.type ?? "OKTA") === "OKTA";
  });

async function rawStatus(live: Live, { user }: Target): Promise<unknown> {
  const { items } = await live.read("USERS");
  return (items.find(({ externalId }) => externalId === user!.externalId)?.raw as { status?: string } | undefined)
    ?.status;
}

async function appOf(live: Live, wanted: (app: { externalId: string; name: string; scopes: string[] }) => boolean) {
  const { items } = await live.read("OAUTH_APPS");
  const app = items.find((item) => item.kind === "app" && !item.banned && wanted(item));
  if (app?.kind !== "app") throw new Error("There is no such app");
  return { oauthApp: { externalId: app.externalId } };
}

async function shownApp(live: Live, { oauthApp }: Target): Promise<unknown> {
  const { items } = await live.read("OAUTH_APPS");
  const app = items.find((item) => item.kind === "app" && item.externalId === oauthApp!.externalId);
  return app?.kind === "app" && { banned: app.banned, scopes: app.scopes };
}

async function ownedToken(live: Live): Promise<Target> {
  const { items } = await live.read("OAUTH_APPS");
  const grant = items.findLast((item) => item.kind === "grant");
  if (grant?.kind !== "grant") throw new Error("There is no API token");
  return { user: { externalId: grant.userId, login: null, email: null }, oauthApp: { externalId: grant.appId } };
}

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 430, groups: 7, events: 1300, historyDays: 4 },
    small: { users: 30, groups: 4, events: 60, historyDays: 1 },
  },
  modes: {
    oauth: {
      settings: ({ domain, clientId, keyId, privateKey }) => ({ mode: "oauth", domain, clientId, keyId, privateKey }),
      renews: true,
    },
    token: { settings: ({ domain, apiToken }) => ({ mode: "token", domain, token: apiToken }), renews: true },
  },
  implied: Object.fromEntries(
    ["users", "roles", "apps", "appGrants", "apiTokens"].map((what) => [`okta.${what}.manage`, [`okta.${what}.read`]]),
  ),
  // Of an API token, which is an app to us.
  undeclaredScopes: { REVOKE_APP_FOR_USER: ["okta.apiTokens.manage"] },
  namesRetryTime: true,
  log: { pulled: true, signIn: "user.session.start" },
  actions: {
    CONFIRM_USER_COMPROMISED: { target: person },
    SUSPEND_USER: { target: person, shows: rawStatus },
    REQUIRE_SIGN_IN_AGAIN: { target: person, repeats: "Okta does not show whether somebody has sessions." },
    RESET_PASSWORD: { target: person, shows: rawStatus },
    REVOKE_ADMIN_PRIVILEGES: {
      target: async (_, tenant) => ({
        user: { externalId: (await tenant.userIds()).ids[4]!, login: null, email: null },
      }),
      shows: (live, { user }) => live.isHolder(user!.externalId),
    },
    REVOKE_APP: {
      target: (live) => appOf(live, ({ name, scopes }) => scopes.length > 0 && !/gatehouse/i.test(name)),
      shows: shownApp,
    },
    REVOKE_APP_FOR_USER: { target: ownedToken, shows: shownApp },
    BAN_APP: { target: (live) => appOf(live, ({ externalId }) => externalId.startsWith("0oa")), shows: shownApp },
  },
  webhook: {
    event: { type: "user.lifecycle.suspend" },
    signature: "authorization",
    coversBody: false,
    maxAgeSeconds: null,
    brings: "activities",
  },
};
