import type { FileItem } from "#src/connector-kit/contract/records.ts";
import type { ConnectorFacts, Target } from "../contract/facts.ts";
import type { Live } from "../live.ts";

const person = (live: Live) => live.user(({ status, isAdmin }, index) => status === "ACTIVE" && !isAdmin && index > 8);

const raw = (name: string) => async (live: Live, target: Target) => {
  const { items } = await live.read("USERS");
  const user = items.find(({ externalId }) => externalId === target.user!.externalId);
  return (user!.raw as Record<string, unknown>)[name];
};

/** A file of a space with a partner's people in it. */
async function sharedFile(live: Live): Promise<Target> {
  const { items } = await live.read("FILES");
  const isShared = (item: FileItem) => item.kind === "file" && !item.isFolder && item.sharing === "EXTERNAL";
  const { externalId, container } = items.find(isShared) as Extract<FileItem, { kind: "file" }>;
  return { file: { externalId, container } };
}

async function shown(live: Live, { file }: Target): Promise<unknown> {
  const { items } = await live.read("FILES");
  const found = items.find((item) => item.kind === "file" && item.externalId === file!.externalId);
  const people = items.flatMap((item) =>
    item.kind === "collaborator" && item.fileId === file!.externalId ? (item.email ?? "") : [],
  );
  return { sharing: found && "sharing" in found ? found.sharing : null, people: people.toSorted() };
}

const appsOf = async (live: Live, { user, oauthApp }: Target) => {
  const { items } = await live.read("OAUTH_APPS");
  const grants = items.filter((item) => item.kind === "grant");
  return grants.filter(
    ({ userId, appId }) => (!user || userId === user.externalId) && (!oauthApp || appId === oauthApp.externalId),
  ).length;
};

async function grant(live: Live): Promise<Target> {
  const { items } = await live.read("OAUTH_APPS");
  const { appId, userId } = items.find((item) => item.kind === "grant")!;
  return { ...(await live.user(({ externalId }) => externalId === userId)), oauthApp: { externalId: appId } };
}

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 104, groups: 5, events: 500, historyDays: 4, files: 30 },
    small: { users: 12, groups: 3, events: 60, historyDays: 1, files: 12 },
  },
  modes: {
    integration: {
      settings: ({ clientId, clientSecret }) => ({ mode: "integration", clientId, clientSecret }),
      consent: () => ({}),
      renews: true,
    },
    serviceApp: {
      settings: ({ clientId, clientSecret, refreshToken }) => ({
        ...{ mode: "serviceApp", clientId, clientSecret, refreshToken },
      }),
      renews: true,
    },
  },
  namesRetryTime: true,
  log: { pulled: true, signIn: "User Login Attempted" },
  actions: {
    SUSPEND_USER: { target: person, shows: raw("loginEnabled") },
    REQUIRE_SIGN_IN_AGAIN: { target: person, shows: appsOf },
    REVOKE_ADMIN_PRIVILEGES: { target: (live) => live.user((_, index) => index === 2), shows: raw("roles") },
    REVOKE_APP_FOR_USER: { target: grant, shows: appsOf },
    REVOKE_APP: { target: async (live) => ({ oauthApp: (await grant(live)).oauthApp! }), shows: appsOf },
    TRASH_FILE: { target: sharedFile, shows: shown },
    REMOVE_EXTERNAL_USERS: { target: sharedFile, shows: shown },
    REMOVE_COLLABORATOR: {
      target: async (live) => {
        const target = await sharedFile(live);
        const { people } = (await shown(live, target)) as { people: string[] };
        return { ...target, parameters: { email: people.find((email) => email.endsWith("@outside.example")) } };
      },
      shows: shown,
    },
  },
  webhook: {
    event: { type: "messages.created" },
    signature: "x-spark-signature",
    coversBody: true,
    maxAgeSeconds: null,
    brings: "refresh",
  },
};
