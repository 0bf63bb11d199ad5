/** Who may open an item, as its permissions state it. https://learn.microsoft.com/en-us/graph/api/resources/permission */
import type { FileItem, SharingLevel } from "#src/connector-kit/contract/records.ts";
import {
  instantOf,
  isObject,
  type Json,
  listOf,
  needObject,
  needText,
  objectOf,
  textOf,
} from "#src/connector-kit/record.ts";
import type { Drive } from "./drives.ts";

type Collaborator = Extract<FileItem, { kind: "collaborator" }>;
type File = Extract<FileItem, { kind: "file" }>;

/** JSON only: it is kept as `before` of an action. */
export interface Permission {
  id: string;
  roles: string[];
  /** It is of a folder above. */
  inherited: boolean;
  link: { scope: string; type: string; url: string | null; canDownload: boolean } | null;
  expiresAt: string | null;
  password: boolean;
  grantees: Grantee[];
}

export interface Grantee {
  kind: "user" | "group" | "siteGroup" | "application";
  id: string | null;
  email: string | null;
  name: string | null;
  /** How SharePoint names it: `i:0#.f|membership|mara@fabrikam.example`. */
  login: string | null;
}

/**
 * `above`: ids of the permissions of the folder above. Document libraries do not always state that a permission is inherited; it has the same id then.
 * Throws ProviderResponseError without an id.
 */
export function toPermission(record: unknown, path: string, above: ReadonlySet<string>): Permission {
  const raw = needObject(record, path);
  const id = needText(raw.id, `${path}.id`);
  const granted = [...listOf(raw.grantedToIdentitiesV2), ...(isObject(raw.grantedToV2) ? [raw.grantedToV2] : [])];
  const grantees = granted.flatMap((identities) => granteeOf(objectOf(identities)) ?? []);
  const invited = textOf(objectOf(raw.invitation).email);
  return {
    id,
    roles: listOf(raw.roles).map(String),
    inherited: isObject(raw.inheritedFrom) || above.has(id),
    link: linkOf(raw.link),
    expiresAt: expiryOf(raw.expirationDateTime),
    password: raw.hasPassword === true,
    grantees:
      grantees.length === 0 && invited !== null
        ? [{ kind: "user", id: null, email: invited, name: null, login: null }]
        : grantees,
  };
}

function linkOf(value: unknown): Permission["link"] {
  if (!isObject(value)) return null;
  const { scope, type, webUrl, preventsDownload } = value;
  // Links to specific people, made before scopes were, state none.
  return {
    scope: textOf(scope) ?? "users",
    type: textOf(type) ?? "view",
    url: textOf(webUrl),
    canDownload: preventsDownload !== true,
  };
}

/** The first year is Graph's "never". */
function expiryOf(value: unknown): string | null {
  const at = instantOf(value);
  return at === null || at.getUTCFullYear() <= 1 ? null : at.toISOString();
}

function granteeOf({ user, group, siteGroup, siteUser, application }: Json): Grantee | null {
  const login = textOf(objectOf(siteUser).loginName) ?? textOf(objectOf(siteGroup).loginName);
  const of = (kind: Grantee["kind"], value: Json): Grantee => ({
    kind,
    id: textOf(value.id),
    email: textOf(value.email) ?? textOf(objectOf(siteUser).email),
    name: textOf(value.displayName),
    login,
  });
  if (isObject(user)) return of("user", user);
  if (isObject(group)) return of("group", group);
  if (isObject(siteGroup)) return of("siteGroup", siteGroup);
  if (isObject(application)) return of("application", application);
  if (isObject(siteUser)) return of("user", { ...siteUser, id: null });
  return null;
}

/** Everybody with an account, guests included; and everybody of the organisation. SharePoint's names of them. */
const everyone = /^c:0\(\.s\|true$/i;
const everyoneOfUs = /spo-grid-all-users/i;
const guest = /#ext#/i;

export function isOver({ expiresAt }: Pick<Permission, "expiresAt">, now: Date): boolean {
  return expiresAt !== null && new Date(expiresAt) <= now;
}

/** A guest is recognised by the sign-in name; whether an address is of another organisation is judged by the organisation's domains. */
export function isGuest({ login, email }: Grantee): boolean {
  return [login, email].some((text) => text !== null && (guest.test(text) || everyone.test(text)));
}

/** Whom one permission opens the item to. The owner of a OneDrive is nobody it was opened to. */
function levelOf({ link, grantees }: Permission, drive: Drive): SharingLevel {
  if (link?.scope === "anonymous") return "PUBLIC";
  if (grantees.some(isGuest)) return "EXTERNAL";
  if (link?.scope === "organization") return "INTERNAL";
  return grantees.every((one) => isOwner(one, drive)) ? "PRIVATE" : "INTERNAL";
}

function isOwner({ kind, id }: Grantee, { owner }: Drive): boolean {
  return kind === "application" || (kind === "user" && owner !== null && id === owner.id);
}

const levels: readonly SharingLevel[] = ["PRIVATE", "INTERNAL", "EXTERNAL", "PUBLIC"];

function wider(one: SharingLevel, other: SharingLevel): SharingLevel {
  return levels.indexOf(one) >= levels.indexOf(other) ? one : other;
}

/** What all permissions together grant. A password or an expiry to come narrows nothing. */
export function sharingOf(permissions: readonly Permission[], drive: Drive, now: Date): SharingLevel {
  return permissions
    .filter((one) => !isOver(one, now))
    .reduce<SharingLevel>((level, one) => wider(level, levelOf(one, drive)), "PRIVATE");
}

/** The item's own link that opens it furthest. One to people who have access already opens nothing. */
export function ownLinkOf(permissions: readonly Permission[], now: Date): File["link"] {
  let widest: File["link"] = null;
  for (const one of permissions) {
    const { link, inherited, expiresAt, password } = one;
    if (!link || inherited || link.scope === "existingAccess" || isOver(one, now)) continue;
    const audience = audienceOf(link.scope);
    if (widest && wider(audience, widest.audience) === widest.audience) continue;
    widest = { audience, expiresAt: instantOf(expiresAt), password, canDownload: link.canDownload, url: link.url };
  }
  return widest;
}

export function audienceOf(scope: string): SharingLevel {
  return scope === "anonymous" ? "PUBLIC" : scope === "organization" ? "INTERNAL" : "PRIVATE";
}

/** People and groups, each once with the widest role; links of folders above that anybody opens. */
export function collaboratorsOf(
  fileId: string,
  permissions: readonly Permission[],
  drive: Drive,
  now: Date,
): Collaborator[] {
  const found = new Map<string, Collaborator>();
  const add = (one: Collaborator): void => {
    const key = `${one.principal} ${one.externalId ?? one.email ?? one.domain ?? ""}`;
    const known = found.get(key);
    if (!known || ranks.indexOf(one.role) > ranks.indexOf(known.role)) found.set(key, one);
  };
  for (const permission of permissions) {
    const { link, inherited, grantees } = permission;
    if (isOver(permission, now)) continue;
    const role = roleOf(permission);
    if (link?.scope === "anonymous" && inherited)
      add({ kind: "collaborator", fileId, principal: "ANYONE", role, inherited });
    for (const grantee of grantees) {
      if (grantee.kind === "application") continue;
      const owns = isOwner(grantee, drive);
      add({ kind: "collaborator", fileId, ...principalOf(grantee), role: owns ? "OWNER" : role, inherited });
    }
  }
  return [...found.values()];
}

const ranks = ["READ", "COMMENT", "WRITE", "OWNER"];

/** SharePoint's owners of a site are a group of people: an owner of the file is who owns the drive. */
function roleOf({ roles, link }: Permission): Collaborator["role"] {
  if (link) return link.type === "edit" ? "WRITE" : "READ";
  return roles.some((role) => /write|owner|edit|contribute|full control|design/i.test(role)) ? "WRITE" : "READ";
}

function principalOf({ kind, id, email, login }: Grantee): Pick<Collaborator, "principal" | "externalId" | "email"> {
  if (login !== null && (everyone.test(login) || everyoneOfUs.test(login)))
    return { principal: "GROUP", externalId: login, email: null };
  if (kind === "user") return { principal: "USER", externalId: id, email: email ?? addressIn(login) };
  // Groups of a site have numbers, which repeat in every site.
  return { principal: "GROUP", externalId: kind === "group" ? id : (login ?? id), email };
}

/** `i:0#.f|membership|mara@fabrikam.example`; a guest's is written `partner_outside.example#ext#@fabrikam.onmicrosoft.com`. */
function addressIn(login: string | null): string | null {
  const name = login?.split("|").at(-1) ?? "";
  const [, before] = /^(.+)#ext#@/i.exec(name) ?? [];
  if (before) return before.replace(/_(?=[^_]+$)/, "@");
  return name.includes("@") ? name : null;
}
