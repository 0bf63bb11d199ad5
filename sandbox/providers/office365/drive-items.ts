import { createHash } from "node:crypto";
import type { Item } from "../../kit/drive.ts";
import { type EntraPeople, isoSecond } from "../_microsoft/people.ts";
import type { Drives, Site, SiteDrive } from "./drives.ts";
import type { Grantee, Permission } from "./item-permissions.ts";

/** https://learn.microsoft.com/en-us/graph/api/resources/site */
export function siteRecord({ id, name, url, personal }: Site, createdAt: number): Record<string, unknown> {
  return {
    id,
    name,
    displayName: name,
    webUrl: url,
    createdDateTime: isoSecond(createdAt - 86_400_000 * 400),
    isPersonalSite: personal,
    root: {},
    siteCollection: { hostname: id.split(",")[0] },
  };
}

/** https://learn.microsoft.com/en-us/graph/api/resources/drive */
export function driveRecord(drive: SiteDrive, drives: Drives, people: EntraPeople): Record<string, unknown> {
  const site = drives.sites[drive.site]!;
  const { owner } = drive;
  const user = owner === null ? null : userIdentity(people, owner);
  return {
    id: drive.id,
    name: drive.name,
    driveType: owner === null ? "documentLibrary" : "business",
    webUrl: `${site.url}/${owner === null ? "Shared%20Documents" : "Documents"}`,
    createdDateTime: isoSecond(drive.createdAt - 86_400_000 * 400),
    owner: user
      ? { user }
      : { group: { displayName: `${site.name} Owners`, email: `${site.name.toLowerCase()}@groups.example` } },
  };
}

function userIdentity(people: EntraPeople, index: number): Record<string, unknown> {
  return { id: people.idOf(index), displayName: people.person(index).name, email: people.emailOf(index) };
}

export interface Asked {
  /** `hierarchicalsharing`: what inherits all it has shows no `shared`. */
  hierarchical: boolean;
  now: number;
}

/** https://learn.microsoft.com/en-us/graph/api/resources/driveitem */
export function itemRecord(drive: SiteDrive, drives: Drives, people: EntraPeople, item: Item, asked: Asked) {
  const { number, isFolder } = item;
  const site = drives.sites[drive.site]!;
  const path = drive.files.pathOf(number);
  const by = { user: userIdentity(people, drive.owner ?? number % Math.max(1, Math.min(8, people.count))) };
  const content = isFolder ? undefined : drive.files.contentOf(number);
  const root = number === 0;
  const above = ["root:", ...path.slice(1).map(({ name }) => encodeURIComponent(name))].join("/");
  return {
    id: drive.itemId(number),
    name: root ? "root" : item.name,
    eTag: `"{${drive.itemId(number)}},${item.version}"`,
    cTag: `"c:{${drive.itemId(number)}},${item.version}"`,
    createdDateTime: isoSecond(item.createdAt),
    lastModifiedDateTime: isoSecond(item.modifiedAt),
    size: content?.length ?? 0,
    webUrl: [site.url, "Documents", ...path.slice(1).map(({ name }) => name), root ? "" : item.name].join("/"),
    createdBy: by,
    lastModifiedBy: by,
    parentReference: {
      ...{ driveId: drive.id, driveType: drive.owner === null ? "documentLibrary" : "business", siteId: site.id },
      ...(root ? {} : { id: drive.itemId(item.parent ?? 0), path: `/drives/${drive.id}/${above}` }),
    },
    fileSystemInfo: {
      createdDateTime: isoSecond(item.createdAt),
      lastModifiedDateTime: isoSecond(item.modifiedAt),
    },
    ...(root ? { root: {} } : {}),
    ...(content
      ? {
          file: {
            mimeType: item.mimeType ?? "text/plain",
            hashes: { quickXorHash: createHash("sha1").update(content).digest("base64") },
          },
        }
      : { folder: { childCount: drive.files.childrenOf(number).length } }),
    ...sharedFacet(drive, number, asked),
  };
}

/** Empty where there is nothing, or nothing any more, that an item grants by itself. */
function sharedFacet(drive: SiteDrive, item: number, { hierarchical, now }: Asked): Record<string, unknown> {
  const { permissions } = drive;
  if (hierarchical && !permissions.isUnique(item)) return {};
  const held = permissions.effective(item, now).map(({ permission }) => permission);
  const scopes = held.map(({ link }) => link?.scope ?? "users");
  const scope = ["anonymous", "organization", "users"].find((one) => scopes.includes(one as "users"));
  return { shared: scope ? { scope } : {} };
}

/** https://learn.microsoft.com/en-us/graph/api/resources/permission */
export function permissionRecord(
  drive: SiteDrive,
  site: Site,
  { id, roles, link, grantees, expiresAt }: Permission,
  from: number | null,
) {
  const written = grantees.map(identitySet);
  return {
    id,
    roles,
    ...(link
      ? {
          link: {
            ...link,
            preventsDownload: false,
            webUrl: `${site.url.split("/").slice(0, 3).join("/")}/:x:/g/${id}`,
          },
          shareId: `u!${id}`,
          hasPassword: false,
          grantedToIdentitiesV2: written,
        }
      : { grantedToV2: written[0] }),
    ...(expiresAt === undefined ? {} : { expirationDateTime: isoSecond(expiresAt) }),
    ...(from === null ? {} : { inheritedFrom: { driveId: drive.id, id: drive.itemId(from) } }),
  };
}

function identitySet(grantee: Grantee): Record<string, unknown> {
  if ("siteGroup" in grantee) return { siteGroup: { ...grantee.siteGroup, loginName: grantee.siteGroup.displayName } };
  const { login, ...user } = grantee.user;
  return { user, siteUser: { id: "12", displayName: user.displayName, loginName: login } };
}
