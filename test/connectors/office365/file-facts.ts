import type { SharingLevel } from "#src/connector-kit/contract/records.ts";
import { DriveReader } from "#src/connectors/office365/drive-reader.ts";
import { itemPath, itemRefOf, toDrive } from "#src/connectors/office365/drives.ts";
import type { ConnectorFacts, Target } from "../contract/facts.ts";
import { type Collaborator, fileWhere, listed } from "../listed-files.ts";
import type { Live } from "../live.ts";

const linked = (audience: SharingLevel) => (live: Live) => fileWhere(live, ({ link }) => link?.audience === audience);
const isPartner = ({ email, inherited }: Collaborator) => !inherited && /@outside\.example$/.test(email ?? "");
const withPartner = (live: Live) => fileWhere(live, ({ link }, people) => link === null && people.some(isPartner));
/** Nothing but the owner's own access comes from above. */
const grantedByItself = (live: Live) =>
  fileWhere(live, ({ raw, link }, people) => {
    const { permissions } = raw as { permissions: { inherited: boolean; roles: string[] }[] };
    const isAlone = permissions.every(({ inherited, roles }) => !inherited || roles.includes("owner"));
    return link === null && isAlone && people.some(isPartner);
  });
const labelled = (label: string) => (live: Live) => fileWhere(live, ({ labels }) => labels.includes(label));

/** What the streams make of one file: place, sharing and labels. A new link has another address. */
async function shown(live: Live, { file }: Target): Promise<unknown> {
  const ref = itemRefOf(file!.externalId);
  const { http } = live.context;
  const { body, status } = await http.get<Record<string, unknown>>(itemPath(ref), { allow: [404] });
  if (status === 404) return null;
  const drive = toDrive((await http.get<Record<string, unknown>>(`/drives/${ref.drive}`)).body, "body");
  const items = await new DriveReader(live.context).itemsOf(drive, body, "body");
  const found = items.find((item) => item.kind === "file")!;
  const { path, container, sharing, link, labels, quarantined } = found;
  const people = items
    .filter((item) => item.kind === "collaborator")
    .map(({ principal, externalId, email, role, inherited }) => ({ principal, externalId, email, role, inherited }))
    .toSorted((a, b) => `${a.externalId}${a.email}`.localeCompare(`${b.externalId}${b.email}`));
  return { path, container, sharing, link: link && { ...link, url: null }, labels, quarantined, people };
}

const tomorrow = () => new Date(Math.ceil(Date.now() / 1000) * 1000 + 86_400_000).toISOString();
const withParameters =
  (target: (live: Live) => Promise<Target>, parameters: () => Record<string, unknown>) => async (live: Live) => ({
    ...(await target(live)),
    parameters: parameters(),
  });

export const fileActions: ConnectorFacts["actions"] = {
  QUARANTINE_FILE: { target: withPartner, shows: shown },
  TRASH_FILE: { target: linked("INTERNAL"), shows: shown },
  REMOVE_PUBLIC_SHARING: { target: linked("PUBLIC"), shows: shown },
  REDUCE_PUBLIC_ACCESS: { target: linked("PUBLIC"), shows: shown },
  SET_SHARED_LINK_ACCESS: {
    target: withParameters(linked("INTERNAL"), () => ({ audience: "PRIVATE" })),
    shows: shown,
  },
  EXPIRE_SHARED_LINK: { target: withParameters(linked("PUBLIC"), () => ({ expiresAt: tomorrow() })), shows: shown },
  REMOVE_COLLABORATOR: {
    target: async (live) => {
      const target = await withPartner(live);
      const people = (await listed(live)).peopleOf(target.file.externalId);
      return { ...target, parameters: { email: people.find(isPartner)!.email } };
    },
    shows: shown,
  },
  // A link for people by name, of whom one is outside.
  REMOVE_EXTERNAL_USERS: {
    target: (live) => fileWhere(live, ({ link }, people) => link?.audience === "PRIVATE" && people.some(isPartner)),
    shows: shown,
  },
  MAKE_PRIVATE: { target: grantedByItself, shows: shown },
  INHERIT_PARENT_PERMISSIONS: { target: linked("PUBLIC"), shows: shown },
  APPLY_LABEL: { target: withParameters(labelled("Internal"), () => ({ label: "Confidential" })), shows: shown },
  REMOVE_LABEL: { target: labelled("Confidential"), shows: shown },
};

export const fileWebhook: NonNullable<ConnectorFacts["webhook"]> = {
  event: { type: "FileModified" },
  ...{ signature: "value.0.clientState", inBody: true, coversBody: false },
  maxAgeSeconds: null,
  brings: "refresh",
};
