import { ensure } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { instantOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError, InvalidInputError } from "#src/errors.ts";
import { organizationOf } from "../_microsoft/connection.ts";
import { DriveFile, type FileState } from "./drive-file.ts";
import { type Grantee, isGuest, type Permission } from "./file-permissions.ts";

/** Whom of a permission the action is about; all of them where it has none by name, such as a link for anybody. */
type Choice = (permission: Permission) => Grantee[] | "all";

/**
 * Takes access away that the item itself gives. Of a link for several people the others get another one. Throws ConflictError when those who are meant
 * have access through a folder above only.
 */
async function takeAway(context: Context, target: ActionTarget, choose: Choice): Promise<ActionResult> {
  const file = new DriveFile(context, target);
  const isMeant = (one: Permission) => choose(one) === "all" || choose(one).length > 0;
  return await ensure({
    target,
    read: async () => {
      const state = await file.state();
      if (!state.own.some(isMeant) && state.above.some(isMeant))
        throw new ConflictError("The access comes from a folder above, or from the site: remove it there.");
      return state;
    },
    wanted: ({ own }) => !own.some(isMeant),
    write: async ({ own }) => {
      for (const permission of own.filter(isMeant)) {
        const meant = choose(permission);
        const left = meant === "all" ? [] : permission.grantees.filter((one) => !meant.includes(one));
        await file.remove(permission);
        const { link, roles, expiresAt } = permission;
        if (left.length > 0 && link) await file.createLink("users", link.type, { expiresAt, for: left });
        else for (const grantee of left) await file.grant(grantee, roles);
      }
    },
  });
}

const isPublic = ({ link }: Permission): boolean => link?.scope === "anonymous";
/** Links that open to more than named people. */
const isOpen = ({ link }: Permission): boolean => link?.scope === "anonymous" || link?.scope === "organization";

export const removePublicSharing: ActionFunction = (context, target) =>
  takeAway(context, target, (one) => (isPublic(one) ? "all" : []));

export const removeCollaborator: ActionFunction = (context, target) => {
  const { email, externalId } = target.parameters;
  const [address, id] = [textOf(email)?.toLowerCase(), textOf(externalId)];
  if (!address && !id) throw wrong("Name the collaborator by `email` or `externalId`.");
  const isMeant = (one: Grantee) =>
    id
      ? [one.id, one.login].includes(id)
      : [one.email, one.login?.split("|").at(-1)].some((text) => text?.toLowerCase() === address);
  return takeAway(context, target, ({ grantees }) => grantees.filter(isMeant));
};

/** Guests, and addresses outside of the tenant's verified domains. */
export const removeExternalUsers: ActionFunction = async (context, target) => {
  const { domains } = await organizationOf(context);
  const isOutside = (one: Grantee) => {
    const domain = one.kind === "user" ? one.email?.split("@")[1]?.toLowerCase() : undefined;
    return isGuest(one) || (domains !== undefined && domain !== undefined && !domains.includes(domain));
  };
  return await takeAway(context, target, ({ grantees }) => grantees.filter(isOutside));
};

export const makePrivate: ActionFunction = (context, target) =>
  takeAway(context, target, ({ link }) => (link?.scope === "existingAccess" ? [] : "all"));

/** What the item grants beyond the folder above goes; nothing is left to do where it grants nothing itself. */
export const inheritParentPermissions: ActionFunction = (context, target) => {
  const file = new DriveFile(context, target);
  const isGranted = ({ link }: Permission) => link?.scope !== "existingAccess";
  return ensure({
    target,
    read: () => file.state(),
    wanted: ({ own }) => !own.some(isGranted),
    write: async ({ own }) => {
      for (const permission of own.filter(isGranted)) await file.remove(permission);
    },
  });
};

export const reducePublicAccess: ActionFunction = (context, target) => {
  const file = new DriveFile(context, target);
  return ensure({
    target,
    read: () => file.state(),
    wanted: ({ own }) => !own.some(isPublic),
    write: async ({ own }) => {
      const links = own.filter(isPublic);
      for (const link of links) await file.remove(link);
      if (!own.some(({ link }) => link?.scope === "organization"))
        await file.createLink("organization", widestType(links));
    },
  });
};

const scopes: Readonly<Record<string, string | null>> = {
  PUBLIC: "anonymous",
  INTERNAL: "organization",
  PRIVATE: null,
};

export const setSharedLinkAccess: ActionFunction = (context, target) => {
  const scope = scopes[String(target.parameters.audience)];
  if (scope === undefined) throw wrong(`The audience of a link is one of: ${Object.keys(scopes).join(", ")}.`);
  const file = new DriveFile(context, target);
  const isWanted = ({ link }: Permission) => link?.scope === scope;
  return ensure({
    target,
    read: () => file.state(),
    wanted: ({ own }) => own.filter(isOpen).every(isWanted) && (scope === null || own.some(isWanted)),
    write: async ({ own }) => {
      const others = own.filter((one) => isOpen(one) && !isWanted(one));
      if (scope !== null && !own.some(isWanted)) await file.createLink(scope, widestType(others));
      for (const link of others) await file.remove(link);
    },
  });
};

/** Microsoft takes no instant in the past: links that are to end now are removed. */
export const expireSharedLink: ActionFunction = (context, target) => {
  const { expiresAt } = target.parameters;
  const at = expiresAt == null ? context.now() : instantOf(expiresAt);
  if (at === null) throw wrong("`expiresAt` must be an instant, such as 2026-12-31T00:00:00Z.");
  const file = new DriveFile(context, target);
  const isNow = at.getTime() <= context.now().getTime() + 60_000;
  const isDone = (one: Permission) => instantOf(one.expiresAt)?.getTime() === at.getTime();
  return ensure({
    target,
    read: async () => refuseUnending(await file.state(), isNow),
    wanted: ({ own }) => (isNow ? !own.some(isOpen) : own.filter(isPublic).every(isDone)),
    write: async ({ own }) => {
      if (isNow) for (const link of own.filter(isOpen)) await file.remove(link);
      else for (const link of own.filter(isPublic)) if (!isDone(link)) await file.expireAt(link, at);
    },
  });
};

function refuseUnending(state: FileState, isNow: boolean): FileState {
  if (!isNow && !state.own.some(isPublic) && state.own.some(isOpen))
    throw new ConflictError("Microsoft lets no link for the organisation end at a set time: end it now instead.");
  return state;
}

function widestType(links: readonly Permission[]): string {
  return links.some(({ link }) => link?.type === "edit") ? "edit" : "view";
}

function wrong(message: string): InvalidInputError {
  return new InvalidInputError(message, ["input", "parameters"]);
}
