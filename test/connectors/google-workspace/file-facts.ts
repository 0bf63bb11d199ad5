import type { SharingLevel } from "#src/connector-kit/contract/records.ts";
import type { ConnectorFacts, Target } from "../contract/facts.ts";
import { type Collaborator, fileWhere, listed } from "../listed-files.ts";
import type { Live } from "../live.ts";

/** A link of the file itself, not of a folder above. */
const linked = (audience: SharingLevel) => (live: Live) =>
  fileWhere(
    live,
    ({ link }, people) =>
      link?.audience === audience &&
      people.every(({ principal, inherited }) => !inherited || principal === "USER" || principal === "GROUP"),
  );

const isPartner = ({ inherited, email }: Collaborator) => !inherited && (email?.endsWith("@outside.example") ?? false);
/** Shared with a partner itself: what comes from a folder above cannot be taken away at the file. */
const withPartner = (live: Live) =>
  fileWhere(live, (_, people) => people.some(isPartner) && people.every(({ inherited }) => !inherited));

/** What the listing shows of a file's place, sharing and labels. */
async function shown(live: Live, { file }: Target): Promise<unknown> {
  const { files, peopleOf } = await listed(live);
  const found = files.find(({ externalId }) => externalId === file!.externalId);
  if (!found) return null;
  const { path, container, sharing, link, labels, trashedAt, quarantined } = found;
  const people = peopleOf(found.externalId)
    .map(({ email, role, inherited, principal }) => JSON.stringify({ email, role, inherited, principal }))
    .sort();
  return { path, container, sharing, link, labels, isTrashed: trashedAt !== null, quarantined, people };
}

export const fileActions: ConnectorFacts["actions"] = {
  QUARANTINE_FILE: { target: withPartner, shows: shown },
  TRASH_FILE: { target: linked("PUBLIC"), shows: shown },
  REMOVE_PUBLIC_SHARING: { target: linked("PUBLIC"), shows: shown },
  REDUCE_PUBLIC_ACCESS: { target: linked("PUBLIC"), shows: shown },
  SET_SHARED_LINK_ACCESS: {
    target: async (live) => ({ ...(await linked("INTERNAL")(live)), parameters: { audience: "PRIVATE" } }),
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
  INHERIT_PARENT_PERMISSIONS: { target: withPartner, shows: shown },
  TRANSFER_FILE_OWNERSHIP: {
    target: async (live) => {
      const target = await withPartner(live);
      const { user } = await live.user(
        ({ status, isExternal, email }) => status === "ACTIVE" && !isExternal && email !== target.file.container,
      );
      return { ...target, parameters: { email: user.email } };
    },
    shows: shown,
  },
  APPLY_LABEL: {
    target: async (live) => ({
      ...(await fileWhere(live, ({ labels }) => labels.includes("Sensitivity: Internal"))),
      parameters: { label: "Sensitivity: Confidential" },
    }),
    shows: shown,
  },
  REMOVE_LABEL: { target: (live) => fileWhere(live, ({ labels }) => labels.length > 0), shows: shown },
};
