import type { ActionFunction, ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { idOf, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError } from "#src/errors.ts";
import { directory, readDomains } from "../api.ts";
import { opened, wrong } from "./actions.ts";
import type { ItemState } from "./item.ts";
import { isAudience, isGeneral, type Permission } from "./permissions.ts";

/** What is to be taken away, and what is to stand in its place. */
interface Change {
  remove: (one: Permission, state: ItemState) => boolean;
  add?: (state: ItemState) => Omit<Permission, "id" | "inherited"> | null;
  /** What comes from a folder above may stay. Default false: it cannot be taken away here, and the action fails for it. */
  keepsInherited?: boolean;
}

/** Throws ConflictError when those who are meant have access through a folder above, or as members of the shared drive, only. */
async function changeSharing(context: Context, target: ActionTarget, change: Change): Promise<ActionResult> {
  const { item, before } = await opened(context, target);
  const meant = before.permissions.filter((one) => one.role !== "owner" && change.remove(one, before));
  const direct = meant.filter(({ inherited }) => !inherited);
  const added = change.add?.(before) ?? null;
  if (direct.length === 0 && added === null) {
    if (meant.length === 0 || change.keepsInherited) return { changed: false, before };
    throw new ConflictError("The access comes from a folder above, or from the shared drive: remove it there.");
  }
  await target.remember?.({ ...before });
  for (const one of direct) await item.removePermission(one);
  if (added !== null) await item.addPermission(added);
  return { changed: true, before };
}

const isPublic = ({ type }: Permission): boolean => type === "anyone";

export const removePublicSharing: ActionFunction = (context, target) =>
  changeSharing(context, target, { remove: isPublic });

/** Who could open it by the link, and belongs to the organisation, still can. */
export const reducePublicAccess: ActionFunction = async (context, target) => {
  const domain = await primaryDomain(context);
  return await changeSharing(context, target, {
    remove: isPublic,
    add: ({ permissions }) => {
      const open = permissions.find((one) => isPublic(one) && !one.inherited);
      return !open || permissions.some(({ type }) => type === "domain") ? null : linkFor(domain, open.role);
    },
  });
};

function linkFor(domain: string | null, role: string): Omit<Permission, "id" | "inherited"> {
  const type = domain === null ? "anyone" : "domain";
  return { type, role, domain, email: null, discoverable: false, expiresAt: null };
}

/** `PRIVATE` leaves the people who are named; the others keep the role that the link had, and read where there was none. */
export const setSharedLinkAccess: ActionFunction = async (context, target) => {
  const { audience } = target.parameters;
  if (audience !== "PUBLIC" && audience !== "INTERNAL" && audience !== "PRIVATE")
    throw wrong("The audience of a link is one of: PUBLIC, INTERNAL, PRIVATE.");
  const domain = audience === "INTERNAL" ? await primaryDomain(context) : null;
  const type = { PUBLIC: "anyone", INTERNAL: "domain", PRIVATE: null }[audience];
  return await changeSharing(context, target, {
    remove: (one) => isGeneral(one) && one.type !== type,
    add: ({ permissions }) => {
      if (type === null || permissions.some((one) => one.type === type)) return null;
      return linkFor(domain, permissions.find(isGeneral)?.role ?? "reader");
    },
  });
};

export const removeCollaborator: ActionFunction = (context, target) => {
  const [email, id] = [textOf(target.parameters.email)?.toLowerCase(), idOf(target.parameters.externalId)];
  if (!email && !id) throw wrong("Name the collaborator by `email` or `externalId`.");
  return changeSharing(context, target, {
    remove: (one) => (id ? one.id === id : one.email?.toLowerCase() === email),
  });
};

/** People, groups and domains that are none of the organisation's. */
export const removeExternalUsers: ActionFunction = async (context, target) => {
  const domains = await readDomains(context);
  const isOurs = (domain: string | undefined) => domain !== undefined && domains.includes(domain.toLowerCase());
  return await changeSharing(context, target, {
    remove: (one) => {
      if (one.type === "anyone" || isAudience(one)) return false;
      return !isOurs(one.type === "domain" ? (one.domain ?? undefined) : one.email?.split("@")[1]);
    },
  });
};

export const makePrivate: ActionFunction = (context, target) => changeSharing(context, target, { remove: () => true });

export const inheritParentPermissions: ActionFunction = (context, target) =>
  changeSharing(context, target, { remove: () => true, keepsInherited: true });

/** Links for everybody of the organisation are links for its primary domain. */
async function primaryDomain({ http }: Context): Promise<string> {
  const { body } = await http.get(`${directory}/customers/my_customer`, { query: { fields: "customerDomain" } });
  return needText(objectOf(body).customerDomain, "customerDomain");
}
