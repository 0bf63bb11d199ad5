import type { SharingLevel } from "#src/connector-kit/contract/records.ts";
import type { ConnectorFacts, Target } from "../contract/facts.ts";
import { fileWhere, listed } from "../listed-files.ts";
import type { Live } from "../live.ts";

const person = (live: Live) => live.user(({ status, isAdmin }) => status === "ACTIVE" && !isAdmin);

/** The first file in a member's home that passes. */
const fileAtHome = (live: Live, wanted: Parameters<typeof fileWhere>[1]) =>
  fileWhere(live, (file, people) => file.container.includes("/") && wanted(file, people));

const linked = (audience: SharingLevel) => (live: Live) =>
  fileAtHome(live, ({ link }) => link?.audience === audience && !link.password);

const withPartner = (live: Live) => fileAtHome(live, (_, people) => people.some(({ inherited }) => !inherited));

/** What the listing shows of a file's place and sharing; a new link has another address. */
async function shown(live: Live, { file }: Target): Promise<unknown> {
  const { files, peopleOf } = await listed(live);
  const found = files.find(({ externalId }) => externalId === file!.externalId);
  if (!found) return null;
  const { path, container, owner, sharing, link, quarantined } = found;
  const people = peopleOf(found.externalId)
    .map(({ email, externalId, role, inherited }) => ({ email, externalId, role, inherited }))
    .toSorted((a, b) => String(a.externalId).localeCompare(String(b.externalId)));
  return { path, container, owner, sharing, link: link && { ...link, url: null }, quarantined, people };
}

async function grantOf(live: Live): Promise<{ appId: string; userId: string }> {
  const grant = (await live.read("OAUTH_APPS")).items.find((item) => item.kind === "grant");
  if (grant?.kind !== "grant") throw new Error("Nobody has linked an app");
  return grant;
}

async function holders(live: Live, { oauthApp }: Target): Promise<unknown> {
  const { items } = await live.read("OAUTH_APPS");
  return items.flatMap((item) => (item.kind === "grant" && item.appId === oauthApp!.externalId ? [item.userId] : []));
}

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 110, groups: 6, events: 1300, historyDays: 4, files: 160 },
    small: { users: 14, groups: 4, events: 60, historyDays: 1, files: 80 },
  },
  modes: {
    oauth: {
      settings: ({ clientId, clientSecret }) => ({ clientId, clientSecret }),
      consent: () => ({}),
      renews: true,
    },
  },
  namesRetryTime: true,
  log: { pulled: true, signIn: "login_success" },
  actions: {
    SUSPEND_USER: { target: person, shows: (live, { user }) => live.statusOf(user!.externalId) },
    REQUIRE_SIGN_IN_AGAIN: { target: person },
    REVOKE_ADMIN_PRIVILEGES: {
      target: (live) => live.user(({ isAdmin }, index) => index > 2 && isAdmin === true),
      shows: (live, { user }) => live.isHolder(user!.externalId),
    },
    REVOKE_APP: {
      target: async (live) => ({ oauthApp: { externalId: (await grantOf(live)).appId } }),
      shows: holders,
    },
    REVOKE_APP_FOR_USER: {
      target: async (live) => {
        const { appId, userId } = await grantOf(live);
        return { user: { externalId: userId, login: null, email: null }, oauthApp: { externalId: appId } };
      },
      shows: holders,
    },
    QUARANTINE_FILE: { target: withPartner, shows: shown },
    TRASH_FILE: { target: linked("PUBLIC"), shows: shown },
    REMOVE_PUBLIC_SHARING: { target: linked("PUBLIC"), shows: shown },
    REDUCE_PUBLIC_ACCESS: { target: linked("PUBLIC"), shows: shown },
    SET_SHARED_LINK_ACCESS: {
      target: async (live) => ({ ...(await linked("INTERNAL")(live)), parameters: { audience: "PRIVATE" } }),
      shows: shown,
    },
    EXPIRE_SHARED_LINK: { target: linked("PUBLIC"), shows: shown },
    REMOVE_COLLABORATOR: {
      target: async (live) => {
        const target = await withPartner(live);
        const [partner] = (await listed(live)).peopleOf(target.file.externalId);
        return { ...target, parameters: { email: partner!.email } };
      },
      shows: shown,
    },
    REMOVE_EXTERNAL_USERS: { target: withPartner, shows: shown },
    MAKE_PRIVATE: { target: withPartner, shows: shown },
    TRANSFER_FILE_OWNERSHIP: {
      target: async (live) => {
        const { files, peopleOf } = await listed(live);
        const folder = files.find(({ externalId, owner }) => externalId.startsWith("ns:") && owner)!;
        const other = peopleOf(folder.externalId).find(
          ({ externalId, role }) => role === "READ" && externalId?.startsWith("dbmid:"),
        );
        const { externalId, container } = folder;
        return { file: { externalId, container }, parameters: { email: other!.email } };
      },
      shows: async (live, target) => ((await shown(live, target)) as { owner: unknown }).owner,
    },
  },
  webhook: {
    enter: (tenant, { url }) => tenant.change("set-webhook", { url }),
    event: { type: "file_add" },
    signature: "x-dropbox-signature",
    coversBody: true,
    maxAgeSeconds: null,
    brings: "refresh",
  },
};
