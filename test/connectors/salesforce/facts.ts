import { keyOf } from "#src/connectors/salesforce/map-rows.ts";
import type { ConnectorFacts, Target } from "../contract/facts.ts";
import { type Collaborator, fileWhere, listed } from "../listed-files.ts";
import type { Live } from "../live.ts";

const person = (live: Live) =>
  live.user(({ status, isAdmin, isExternal }, index) => status === "ACTIVE" && !isAdmin && !isExternal && index > 6);

const isPartner = ({ email }: Collaborator) => email?.endsWith("@outside.example") ?? false;
const linked = (live: Live) => fileWhere(live, ({ link }) => link !== null && !link?.password);
const withPartner = (live: Live) => fileWhere(live, (_, people) => people.some(isPartner));

/** What the listing shows of a file; a new link has another address. */
async function shown(live: Live, { file }: Target): Promise<unknown> {
  const { files, peopleOf } = await listed(live);
  const found = files.find(({ externalId }) => externalId === file!.externalId);
  if (!found) return null;
  const { owner, sharing, link, trashedAt, quarantined } = found;
  const people = peopleOf(found.externalId).map(({ email, role }) => ({ email, role }));
  return {
    owner: owner?.externalId,
    sharing,
    link: link && { ...link, url: null },
    trashedAt: trashedAt !== null,
    quarantined,
    people,
  };
}

/** An app and who holds a token of it. */
async function grant(live: Live): Promise<Target> {
  const { items } = await live.read("OAUTH_APPS");
  const found = items.find((item) => item.kind === "grant");
  if (found?.kind !== "grant") throw new Error("There is no grant");
  return {
    oauthApp: { externalId: found.appId },
    user: { externalId: found.userId, login: null, email: null },
    grant: { reference: null },
  };
}

const grantsOf = async (live: Live, { oauthApp, user }: Target) =>
  (await live.read("OAUTH_APPS")).items.filter(
    (item) =>
      item.kind === "grant" && item.appId === oauthApp!.externalId && (!user || item.userId === user.externalId),
  ).length;

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 1010, groups: 7, events: 900, historyDays: 0.3, files: 220 },
    small: { users: 14, groups: 6, events: 60, historyDays: 0.2, files: 60 },
  },
  modes: {
    clientCredentials: {
      settings: ({ domain, clientId, clientSecret, quarantineUser }) => ({
        ...{ mode: "clientCredentials", domain, clientId, clientSecret, quarantineUser, realTimeEvents: "on" },
      }),
      renews: true,
    },
    jwt: {
      settings: ({ domain, clientId, username, privateKey }) => ({
        mode: "jwt",
        domain,
        clientId,
        username,
        privateKey,
      }),
      renews: true,
    },
    oauth: {
      settings: ({ domain, clientId, clientSecret }) => ({ mode: "oauth", domain, clientId, clientSecret }),
      consent: () => ({}),
      renews: true,
    },
  },
  implied: { "Modify All Data": ["View All Data", "Query All Files"] },
  namesRetryTime: false,
  log: {
    pulled: true,
    signIn: "LoginHistory",
    // Rows of event log files have no ids.
    ids: (events) => events.map(({ id }) => (id?.startsWith("{") ? keyOf(JSON.parse(id)) : id!)),
  },
  actions: {
    SUSPEND_USER: { target: person, shows: (live, { user }) => live.statusOf(user!.externalId) },
    REQUIRE_SIGN_IN_AGAIN: { target: person },
    RESET_PASSWORD: { target: person, repeats: "Whether a password was reset does not show." },
    REVOKE_ADMIN_PRIVILEGES: {
      target: async (live) => {
        const { items } = await live.read("PRIVILEGES");
        const manager = items.find((item) => item.kind === "privilege" && item.name === "User Manager");
        const holder = items.find(
          (item) => item.kind === "holder" && manager?.kind === "privilege" && item.privilegeId === manager.externalId,
        );
        return live.user(({ externalId }) => holder?.kind === "holder" && externalId === holder.userId);
      },
      shows: async (live, { user }) =>
        (await live.read("PRIVILEGES")).items.filter(
          (item) => item.kind === "holder" && item.userId === user!.externalId,
        ),
    },
    REVOKE_APP_FOR_USER: { target: grant, shows: grantsOf },
    REVOKE_APP: {
      target: async (live) => ({ oauthApp: (await grant(live)).oauthApp! }),
      shows: grantsOf,
    },
    QUARANTINE_FILE: { target: withPartner, shows: shown },
    TRASH_FILE: { target: linked, shows: shown },
    REMOVE_PUBLIC_SHARING: { target: linked, shows: shown },
    EXPIRE_SHARED_LINK: {
      target: async (live) => ({
        ...(await linked(live)),
        parameters: { expiresAt: new Date(Math.ceil(Date.now() / 1000) * 1000 + 86_400_000).toISOString() },
      }),
      shows: shown,
    },
    REMOVE_COLLABORATOR: {
      target: async (live) => {
        const target = await withPartner(live);
        const partner = (await listed(live)).peopleOf(target.file.externalId).find(isPartner);
        return { ...target, parameters: { email: partner!.email } };
      },
      shows: shown,
    },
    REMOVE_EXTERNAL_USERS: { target: withPartner, shows: shown },
    MAKE_PRIVATE: { target: withPartner, shows: shown },
    TRANSFER_FILE_OWNERSHIP: {
      target: async (live) => {
        const target = await withPartner(live);
        const before = (await shown(live, target)) as { owner: string };
        const { user } = await live.user(
          ({ status, isExternal, externalId }) => status === "ACTIVE" && !isExternal && externalId !== before.owner,
        );
        return { ...target, parameters: { email: user.email } };
      },
      shows: shown,
    },
  },
};
