import { hashOf } from "#src/connector-kit/log.ts";
import type { ConnectorFacts, Target } from "../contract/facts.ts";
import type { Live } from "../live.ts";

/** Roles of administrators that an account holds. */
async function administration(live: Live, { user }: Target): Promise<string[]> {
  const { items } = await live.read("PRIVILEGES");
  const admins = items.flatMap((item) => (item.kind === "privilege" && item.isAdmin ? [item.externalId] : []));
  return items
    .flatMap((item) => (item.kind === "holder" && item.userId === user!.externalId ? [item.privilegeId] : []))
    .filter((id) => admins.includes(id))
    .toSorted();
}

/** A key that people made, and whether it is disabled. */
async function keys(live: Live): Promise<Map<string, boolean | undefined>> {
  const { items } = await live.read("OAUTH_APPS");
  return new Map(items.flatMap((item) => (item.kind === "app" ? [[item.externalId, item.banned] as const] : [])));
}

const aKey = async (live: Live): Promise<Target> => ({ oauthApp: { externalId: [...(await keys(live)).keys()][0]! } });
const keyState = async (live: Live, { oauthApp }: Target) => (await keys(live)).get(oauthApp!.externalId) ?? null;

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 100, groups: 6, events: 420, historyDays: 4 },
    small: { users: 14, groups: 4, events: 60, historyDays: 1 },
  },
  modes: {
    projects: {
      settings: ({ organizationId, serviceAccountKey }) => ({ organizationId, serviceAccountKey }),
      renews: true,
    },
    view: {
      settings: ({ organizationId, serviceAccountKey, logView }) => ({ organizationId, serviceAccountKey, logView }),
      renews: true,
    },
  },
  namesRetryTime: false,
  log: {
    pulled: true,
    ids: (events) => events.map(({ id }) => hashOf(id!.split("|"))),
    signIn: "google.login.LoginService.loginSuccess",
  },
  actions: {
    SUSPEND_USER: {
      target: (live) => live.user(({ status, type }) => status === "ACTIVE" && type === "SERVICE"),
      shows: (live, { user }) => live.statusOf(user!.externalId),
    },
    REVOKE_ADMIN_PRIVILEGES: {
      // The second owner of a project, who is another administrator for a time as well.
      target: async (live) => {
        const { items } = await live.read("PRIVILEGES");
        const holder = items.find(
          (item) =>
            item.kind === "holder" &&
            /^roles\/compute\.admin /.test(item.privilegeId) &&
            item.userId.startsWith("user:"),
        );
        return live.user(({ externalId }) => holder?.kind === "holder" && externalId === holder.userId);
      },
      shows: administration,
    },
    BAN_APP: { target: aKey, shows: keyState },
    REVOKE_APP: { target: aKey, shows: keyState },
  },
};
