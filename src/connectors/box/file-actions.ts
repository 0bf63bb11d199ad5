import { ensure, ifThere } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { idOf, instantOf, isObject, listOf, needId, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { ConflictError, InvalidInputError } from "#src/errors.ts";
import { enterpriseOf } from "./api.ts";
import type { Collaboration } from "./collaborations.ts";
import { BoxItem, type ItemState, type Link } from "./item.ts";
import { quarantineName } from "./map-files.ts";

export const trashFile: ActionFunction = (context, target) => {
  const item = new BoxItem(context, target);
  return ensure({ target, read: () => item.state(), wanted: { trashed: true }, write: () => item.trash() });
};

/** Link and collaborators go before the item does: people who may open the quarantine folder must not open what arrives there. */
export const quarantineFile: ActionFunction = (context, target) => {
  const item = new BoxItem(context, target);
  return ensure({
    target,
    read: () => item.state(),
    wanted: isQuarantined,
    write: async (before) => {
      if (before.trashed) throw new ConflictError("The item is in the trash.");
      if (before.link) await item.setLink(null);
      for (const one of direct(before)) await item.removeCollaboration(one);
      await item.change({ parent: { id: await item.folderInRoot(quarantineName) } });
    },
  });
};

/**
 * Out of the trash, and out of the quarantine to the root. As the reversal of another action: to the folder, with the link and the collaborators
 * that it had before.
 */
export const restoreFile: ActionFunction = (context, target) => {
  const item = new BoxItem(context, target);
  const wanted = wantedState(target.parameters.before);
  return ensure({
    target,
    read: () => item.state(),
    wanted: (state) => !state.trashed && steps(item, state, wanted).length === 0,
    write: async (before) => {
      if (before.trashed) await item.untrash();
      const state = before.trashed ? await item.state() : before;
      for (const step of steps(item, state, wanted)) await step();
    },
  });
};

export const removePublicSharing: ActionFunction = (context, target) =>
  changeLink(context, target, (link) => (link?.access === "open" ? null : link));

export const reducePublicAccess: ActionFunction = (context, target) =>
  changeLink(context, target, (link) => (link?.access === "open" ? { ...link, access: "company" } : link));

const accesses: Readonly<Record<string, string>> = { PUBLIC: "open", INTERNAL: "company", PRIVATE: "collaborators" };

export const setSharedLinkAccess: ActionFunction = (context, target) => {
  const access = accesses[String(target.parameters.audience)];
  if (!access) throw wrong(`The audience of a link is one of: ${Object.keys(accesses).join(", ")}.`);
  const none = { expiresAt: null, canDownload: null, password: false };
  return changeLink(context, target, (link) => ({ ...(link ?? none), access }));
};

/** Box takes no instant in the past: a link that is to end now is removed. */
export const expireSharedLink: ActionFunction = (context, target) => {
  const { expiresAt } = target.parameters;
  const at = expiresAt == null ? context.now() : instantOf(expiresAt);
  if (at === null) throw wrong("`expiresAt` must be an instant, such as 2026-12-31T00:00:00Z.");
  const isOver = at.getTime() <= context.now().getTime() + 60_000;
  return changeLink(context, target, (link) => {
    if (link === null || isOver) return null;
    const isSame = instantOf(link.expiresAt)?.getTime() === at.getTime();
    return isSame ? link : { ...link, expiresAt: at.toISOString() };
  });
};

async function changeLink(
  context: Context,
  target: ActionTarget,
  change: (link: Link | null) => Link | null,
): Promise<ActionResult> {
  const item = new BoxItem(context, target);
  return await ensure({
    target,
    read: () => item.state(),
    wanted: ({ link }) => isSame(change(link), link),
    write: ({ link }) => item.setLink(change(link), link),
  });
}

export const removeCollaborator: ActionFunction = (context, target) => {
  const { email, externalId } = target.parameters;
  const [address, id] = [textOf(email)?.toLowerCase(), idOf(externalId)];
  if (!address && !id) throw wrong("Name the collaborator by `email` or `externalId`.");
  return removeWhere(context, target, async (one) =>
    id ? one.accountId === id : one.email?.toLowerCase() === address,
  );
};

export const makePrivate: ActionFunction = (context, target) => removeWhere(context, target, async () => true, true);

/** What is set on the item itself; what comes from the folders above stays. */
export const removeExternalUsers: ActionFunction = async (context, target) => {
  const own = await enterpriseOf(context);
  return await removeWhere(context, target, (one, state) => isExternal(context, one, state, own));
};

/** An account of another enterprise, or an invitation to another domain than the owner's. */
async function isExternal({ http }: Context, one: Collaboration, { owner }: ItemState, own: string): Promise<boolean> {
  if (one.principal === "GROUP") return false;
  const read = async (id: string) =>
    objectOf((await ifThere(() => http.get(`/2.0/users/${encodeURIComponent(id)}?fields=login,enterprise`)))?.body);
  if (one.accountId !== null) return idOf(valueAt(await read(one.accountId), "enterprise.id")) !== own;
  const domain = (address: unknown) => textOf(address)?.split("@")[1]?.toLowerCase();
  return domain(one.email) !== domain((await read(owner ?? "")).login);
}

/** Throws ConflictError when those who are meant have access through a folder above only. */
async function removeWhere(
  context: Context,
  target: ActionTarget,
  isMeant: (one: Collaboration, state: ItemState) => Promise<boolean>,
  withLink = false,
): Promise<ActionResult> {
  const item = new BoxItem(context, target);
  const before = await item.state();
  const meant: Collaboration[] = [];
  for (const one of before.collaborations) if (await isMeant(one, before)) meant.push(one);
  const own = meant.filter(({ inherited }) => !inherited);
  const hasLink = withLink && before.link !== null;
  if (own.length === 0 && !hasLink) {
    const folders = [...new Set(meant.map(({ through }) => through ?? "a folder above"))];
    if (folders.length === 0) return { changed: false, before };
    throw new ConflictError(`The access comes from a folder above (${folders.join(", ")}): remove it there.`);
  }
  await target.remember?.({ ...before });
  if (hasLink) await item.setLink(null);
  for (const one of own) await item.removeCollaboration(one);
  return { changed: true, before };
}

/**
 * To the root of the new owner. As its own reversal: back to the owner and the folder of before.
 * Source: https://developer.box.com/reference/put-files-id/#param-parent-user_id
 */
export const transferOwnership: ActionFunction = async (context, target) => {
  const before = objectOf(target.parameters.before);
  const [formerOwner, formerParent] = [idOf(before.owner), idOf(before.parent)];
  const owner = formerOwner ?? (await newOwner(context, target));
  const item = new BoxItem(context, target, [owner, idOf(before.newOwner) ?? []].flat());
  return await ensure({
    target,
    read: async () => ({ ...(await item.state()), newOwner: owner }),
    wanted: (state) => state.owner === owner && (formerParent === null || state.parent === formerParent),
    write: async (state) => {
      if (state.owner !== owner) await item.change({ parent: { id: "0", user_id: owner } });
      item.owner = owner;
      if (formerParent !== null && formerParent !== "0") await item.change({ parent: { id: formerParent } });
    },
  });
};

async function newOwner({ http }: Context, { parameters }: ActionTarget): Promise<string> {
  const [id, email] = [idOf(parameters.externalId), textOf(parameters.email)?.toLowerCase()];
  if (id) return id;
  if (!email) throw wrong("Name the new owner by `email` or `externalId`.");
  const query = { user_type: "managed", filter_term: email, fields: "id,login", limit: 100 };
  const { body } = await http.get("/2.0/users", { query });
  const found = listOf(objectOf(body).entries)
    .map(objectOf)
    .find(({ login }) => textOf(login)?.toLowerCase() === email);
  if (!found) throw wrong(`Box has no managed user ${email}.`);
  return needId(found.id, "entries.id");
}

function direct({ collaborations }: ItemState): Collaboration[] {
  return collaborations.filter(({ inherited }) => !inherited);
}

const isQuarantined = ({ parentName, trashed }: ItemState) => !trashed && parentName === quarantineName;

/** What a reversal wants of the state; undefined: whatever it is. */
interface Wanted {
  parent?: string;
  link?: Link | null;
  collaborations: Collaboration[];
}

function wantedState(before: unknown): Wanted {
  if (!isObject(before)) return { collaborations: [] };
  const { parent, link, collaborations, trashed } = before as Partial<ItemState>;
  if (trashed) return { collaborations: [] };
  return {
    ...(typeof parent === "string" ? { parent } : {}),
    ...(link === undefined ? {} : { link }),
    collaborations: (collaborations ?? []).filter(({ inherited }) => !inherited),
  };
}

/** What has to be done, in order; empty when the state is as wanted. Throws ConflictError for a link that cannot be made again. */
function steps(item: BoxItem, state: ItemState, wanted: Wanted): (() => Promise<unknown>)[] {
  const parent = wanted.parent ?? (isQuarantined(state) ? "0" : state.parent);
  const missing = wanted.collaborations.filter(
    (one) => !state.collaborations.some((other) => !other.inherited && isSamePerson(one, other)),
  );
  const { link } = wanted;
  const todo: (() => Promise<unknown>)[] = [];
  if (parent !== null && parent !== state.parent) todo.push(() => item.change({ parent: { id: parent } }));
  if (link !== undefined && !isSame(link, state.link)) {
    if (link?.password && state.link === null)
      throw new ConflictError("The link had a password, which Box shows to nobody: make the link again by hand.");
    todo.push(() => item.setLink(link, state.link));
  }
  for (const one of missing) todo.push(() => item.addCollaboration(one));
  return todo;
}

function isSamePerson(one: Collaboration, other: Collaboration): boolean {
  return one.accountId === null ? one.email === other.email : one.accountId === other.accountId;
}

function isSame(one: Link | null, other: Link | null): boolean {
  if (one === null || other === null) return one === other;
  const at = (link: Link) => instantOf(link.expiresAt)?.getTime() ?? null;
  return one.access === other.access && at(one) === at(other);
}

function wrong(message: string): InvalidInputError {
  return new InvalidInputError(message, ["input", "parameters"]);
}
