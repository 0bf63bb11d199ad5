import { larger } from "#src/connectors/_microsoft/permissions.ts";
import type { ConnectorFacts, Target } from "../contract/facts.ts";
import type { Live } from "../live.ts";
import { fileActions, fileWebhook } from "./file-facts.ts";

const person = (live: Live) =>
  live.user(
    ({ status, isExternal, lastSignInAt }, index) =>
      index > 8 && status === "ACTIVE" && !isExternal && lastSignInAt !== null,
  );

async function appWhere(live: Live, wanted: (app: { name: string; scopes: string[] }) => boolean): Promise<Target> {
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

async function grants(live: Live) {
  const { items } = await live.read("OAUTH_APPS");
  return items.flatMap((item) => (item.kind === "grant" ? [item] : []));
}

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 520, groups: 7, events: 400, historyDays: 1, files: 96 },
    small: { users: 30, groups: 4, events: 120, historyDays: 1, files: 72 },
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
  implied: larger,
  namesRetryTime: true,
  log: { pulled: true, namesOnly: true, signIn: "Sign-in activity" },
  actions: {
    CONFIRM_USER_COMPROMISED: { target: person },
    SUSPEND_USER: { target: person, shows: (live, { user }) => live.statusOf(user!.externalId) },
    REQUIRE_SIGN_IN_AGAIN: { target: person, repeats: "Graph does not show sessions." },
    RESET_PASSWORD: { target: person, repeats: "Graph does not show whether a new password is due." },
    REVOKE_ADMIN_PRIVILEGES: {
      target: async (_, tenant) => ({
        user: { externalId: (await tenant.userIds()).ids[2]!, login: null, email: null },
      }),
      shows: (live, { user }) => live.isHolder(user!.externalId, "fe930be7-5e62-47db-91af-98c3a49a38b1"),
    },
    REVOKE_APP: { target: (live) => appWhere(live, ({ name }) => name === "Payroll sync"), shows: shownApp },
    REVOKE_APP_FOR_USER: {
      target: async (live) => {
        const [grant] = await grants(live);
        return {
          user: { externalId: grant!.userId, login: null, email: null },
          oauthApp: { externalId: grant!.appId },
          grant: { reference: grant!.reference ?? null },
        };
      },
      shows: async (live, { grant }) => (await grants(live)).some(({ reference }) => reference === grant!.reference),
    },
    BAN_APP: { target: (live) => appWhere(live, ({ name }) => name === "Survey widget"), shows: shownApp },
    ...fileActions,
  },
  webhook: fileWebhook,
};
