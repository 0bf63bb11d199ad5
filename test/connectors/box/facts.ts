import type { SharingLevel } from "#src/connector-kit/contract/records.ts";
import type { ConnectorFacts, Target } from "../contract/facts.ts";
import { fileWhere, listed } from "../listed-files.ts";
import type { Live } from "../live.ts";

const person = (live: Live) =>
  live.user(({ status, isAdmin, isExternal }) => status === "ACTIVE" && !isAdmin && !isExternal);

const linked = (audience: SharingLevel) => (live: Live) =>
  fileWhere(live, ({ link }) => link?.audience === audience && !link.password);

const withPartner = (live: Live) =>
  fileWhere(live, (_, people) =>
    people.some(({ inherited, email, externalId }) => !inherited && externalId && email?.endsWith("@outside.example")),
  );

/** What the listing shows of a file's place, sharing and labels; a new link has another address, a new version another number. */
async function shown(live: Live, { file }: Target): Promise<unknown> {
  const { files, peopleOf } = await listed(live);
  const found = files.find(({ externalId }) => externalId === file!.externalId);
  if (!found) return null;
  const { path, container, sharing, link, labels, trashedAt, quarantined } = found;
  const people = peopleOf(found.externalId).map(({ email, role, inherited }) => ({ email, role, inherited }));
  const opens = link && { ...link, url: null };
  return { path, container, sharing, link: opens, labels, isTrashed: trashedAt !== null, quarantined, people };
}

const raw = (name: string) => async (live: Live, target: Target) => {
  const { items } = await live.read("USERS");
  const user = items.find(({ externalId }) => externalId === target.user!.externalId);
  return (user!.raw as Record<string, unknown>)[name];
};

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 60, groups: 7, events: 1300, historyDays: 4, files: 300 },
    small: { users: 14, groups: 4, events: 60, historyDays: 1, files: 80 },
  },
  modes: {
    clientCredentials: {
      settings: ({ clientId, clientSecret, enterpriseId, webhookPrimaryKey, watchedFolder }) => ({
        ...{ mode: "clientCredentials", clientId, clientSecret, enterpriseId, webhookPrimaryKey },
        watchedFolders: watchedFolder,
      }),
      renews: true,
    },
    jwt: { settings: ({ config }) => ({ mode: "jwt", jwtCredential: config }), renews: true },
    oauth: {
      settings: ({ clientId, clientSecret }) => ({ mode: "oauth", clientId, clientSecret }),
      consent: () => ({}),
      renews: true,
    },
  },
  implied: { root_readwrite: ["root_readonly"] },
  unprovedScopes: { root_readwrite: "Only a write would prove it." },
  namesRetryTime: true,
  log: { pulled: true, signIn: "LOGIN" },
  actions: {
    SUSPEND_USER: { target: person, shows: raw("status") },
    REQUIRE_SIGN_IN_AGAIN: { target: person, repeats: "Box does not show sessions." },
    RESET_PASSWORD: { target: person, repeats: "Box does not show whether a new password is due." },
    REVOKE_ADMIN_PRIVILEGES: {
      target: (live) => live.user(({ raw: user }) => (user as { role?: string }).role === "coadmin"),
      shows: (live, { user }) => live.isHolder(user!.externalId, "coadmin"),
    },
    QUARANTINE_FILE: { target: withPartner, shows: shown },
    TRASH_FILE: { target: linked("PUBLIC"), shows: shown },
    REMOVE_PUBLIC_SHARING: { target: linked("PUBLIC"), shows: shown },
    REDUCE_PUBLIC_ACCESS: { target: linked("PUBLIC"), shows: shown },
    SET_SHARED_LINK_ACCESS: {
      target: async (live) => ({ ...(await linked("INTERNAL")(live)), parameters: { audience: "PRIVATE" } }),
      shows: shown,
    },
    EXPIRE_SHARED_LINK: {
      target: async (live) => ({
        ...(await linked("PUBLIC")(live)),
        parameters: { expiresAt: new Date(Math.ceil(Date.now() / 1000) * 1000 + 86_400_000).toISOString() },
      }),
      shows: shown,
    },
    REMOVE_COLLABORATOR: {
      target: async (live) => {
        const target = await withPartner(live);
        const people = (await listed(live)).peopleOf(target.file.externalId);
        const partner = people.find(({ inherited, email }) => !inherited && email?.endsWith("@outside.example"));
        return { ...target, parameters: { email: partner!.email } };
      },
      shows: shown,
    },
    REMOVE_EXTERNAL_USERS: { target: withPartner, shows: shown },
    MAKE_PRIVATE: { target: withPartner, shows: shown },
    TRANSFER_FILE_OWNERSHIP: {
      target: async (live) => {
        const target = await withPartner(live);
        const { user } = await live.user(
          ({ status, isExternal, externalId }) =>
            status === "ACTIVE" && !isExternal && externalId !== target.file.container,
        );
        return { ...target, parameters: { email: user.email } };
      },
      shows: shown,
    },
    APPLY_LABEL: {
      target: async (live) => ({
        ...(await fileWhere(live, ({ labels }) => labels.includes("Internal"))),
        parameters: { label: "Confidential" },
      }),
      shows: shown,
    },
    REMOVE_LABEL: { target: (live) => fileWhere(live, ({ labels }) => labels.length > 0), shows: shown },
  },
  webhook: {
    event: { type: "UPLOAD" },
    signature: "box-signature-primary",
    coversBody: true,
    maxAgeSeconds: 600,
    brings: "refresh",
  },
};
