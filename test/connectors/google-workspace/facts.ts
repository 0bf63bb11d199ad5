import { larger } from "#src/connectors/google-workspace/scopes.ts";
import type { ConnectorFacts, Target } from "../contract/facts.ts";
import type { Live } from "../live.ts";
import { fileActions } from "./file-facts.ts";

const implied = Object.fromEntries(
  Object.entries(larger).flatMap(([scope, others]) => others.map((other) => [other, [scope]])),
);

const person = (live: Live) =>
  live.user(({ status, isAdmin, isExternal }) => status === "ACTIVE" && !isAdmin && !isExternal);

const status = (live: Live, { user }: Target) => live.statusOf(user!.externalId);

const raw = (name: string) => async (live: Live, target: Target) => {
  const { items } = await live.read("USERS");
  const user = items.find(({ externalId }) => externalId === target.user!.externalId);
  return (user!.raw as Record<string, unknown>)[name];
};

/** An app with a person who let it in, and who has. */
async function grant(live: Live): Promise<Target> {
  const { items } = await live.read("OAUTH_APPS");
  const found = items.find((item) => item.kind === "grant");
  if (found?.kind !== "grant") throw new Error("Nobody let an app in");
  const { user } = await live.user(({ externalId }) => externalId === found.userId);
  return { user, oauthApp: { externalId: found.appId }, grant: { reference: null } };
}

async function grants(live: Live, { oauthApp }: Target): Promise<string[]> {
  const { items } = await live.read("OAUTH_APPS");
  return items.flatMap((item) => (item.kind === "grant" && item.appId === oauthApp!.externalId ? item.userId : []));
}

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 60, groups: 7, events: 1300, historyDays: 4, files: 300 },
    small: { users: 14, groups: 5, events: 90, historyDays: 1, files: 40 },
  },
  modes: {
    delegation: {
      settings: ({ serviceAccountKey, adminEmail }) => ({ serviceAccountKey, adminEmail }),
      renews: true,
    },
  },
  implied,
  namesRetryTime: false,
  log: { pulled: true, signIn: "login_success" },
  actions: {
    SUSPEND_USER: { target: person, shows: status },
    REQUIRE_SIGN_IN_AGAIN: { target: person, repeats: "Google lists no sessions." },
    RESET_PASSWORD: { target: person, shows: raw("changePasswordAtNextLogin") },
    REVOKE_ADMIN_PRIVILEGES: {
      target: async (live) => {
        const admins = (await live.read("USERS")).items.filter(({ isAdmin }) => isAdmin);
        const { externalId, login = null, email = null } = admins[2]!;
        return { user: { externalId, login, email } };
      },
      shows: (live, { user }) => live.isHolder(user!.externalId),
    },
    REVOKE_APP: { target: grant, shows: grants },
    REVOKE_APP_FOR_USER: { target: grant, shows: grants },
    ...fileActions,
  },
  webhook: {
    event: { type: "edit" },
    signature: "x-goog-channel-token",
    coversBody: false,
    maxAgeSeconds: null,
    brings: "refresh",
  },
};
