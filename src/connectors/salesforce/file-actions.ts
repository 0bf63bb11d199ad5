import { deleteIfThere, ensure, fileOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { idOf, instantOf, isObject, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError, InvalidInputError, ProviderNotFoundError } from "#src/errors.ts";
import { create, query, readAll, recordUrl, update } from "./api.ts";
import { type Distribution, isLive, People, type Share, sharingOf } from "./file-sharing.ts";
import { soql } from "./soql.ts";

/** Kept as `before`: JSON only. Shares are without the owner's own. */
export type FileState = {
  trashed: boolean;
  owner: string;
  shares: Share[];
  distributions: Distribution[];
};

/** Throws ProviderNotFoundError when the file was deleted permanently. */
async function stateOf(context: Context, target: ActionTarget): Promise<FileState> {
  const { externalId } = fileOf(target);
  const q = soql`SELECT Id, OwnerId, IsDeleted FROM ContentDocument WHERE Id = ${externalId}`;
  const [raw] = await readAll(context, "the file", query(q, { deleted: true }));
  if (!raw) throw new ProviderNotFoundError("The file no longer exists in Salesforce.");
  const [owner, trashed] = [idOf(raw.OwnerId) ?? "", raw.IsDeleted === true];
  const sharing = trashed ? undefined : (await sharingOf(context, [externalId])).get(externalId);
  return {
    ...{ trashed, owner, distributions: sharing?.distributions ?? [] },
    shares: (sharing?.shares ?? []).filter(({ entityId }) => entityId !== owner),
  };
}

/** Brings another state about: what is not in it is taken away, what is missing is made again. */
async function change(
  context: Context,
  target: ActionTarget,
  wantedOf: (state: FileState) => FileState | Promise<FileState>,
): Promise<ActionResult> {
  const before = await stateOf(context, target);
  if (before.trashed) throw new ConflictError("The file is in the recycle bin: restore it in Salesforce first.");
  const steps = stepsTo(context, fileOf(target).externalId, before, await wantedOf(before));
  if (steps.length > 0) await target.remember?.({ ...before });
  for (const step of steps) await step();
  return { changed: steps.length > 0, before };
}

/** What has to be done, in order: access is taken away before any is given. */
function stepsTo(context: Context, id: string, state: FileState, wanted: FileState): (() => Promise<unknown>)[] {
  const isSame = (one: Share) => (other: Share) => one.entityId === other.entityId;
  const isSameLink = (one: Distribution) => (other: Distribution) => one.id === other.id || one.name === other.name;
  const goneLinks = state.distributions.filter((one) => !wanted.distributions.some(isSameLink(one)));
  const goneShares = state.shares.filter((one) => !wanted.shares.some(isSame(one)));
  const newShares = wanted.shares.filter((one) => !state.shares.some(isSame(one)));
  const newLinks = wanted.distributions.filter((one) => !state.distributions.some(isSameLink(one)));
  const otherExpiry = wanted.distributions.flatMap((one) => {
    const present = state.distributions.find(isSameLink(one));
    const differs = present && instantOf(present.expiresAt)?.getTime() !== instantOf(one.expiresAt)?.getTime();
    return differs ? [{ id: present.id, expiresAt: one.expiresAt }] : [];
  });
  return [
    ...goneLinks.map((one) => () => deleteIfThere(context, recordUrl("ContentDistribution", one.id))),
    ...goneShares.map((one) => () => deleteIfThere(context, recordUrl("ContentDocumentLink", one.id))),
    ...(wanted.owner === state.owner ? [] : [() => update(context, "ContentDocument", id, { OwnerId: wanted.owner })]),
    ...otherExpiry.map(
      ({ id: link, expiresAt }) =>
        () =>
          update(context, "ContentDistribution", link, expiry(expiresAt)),
    ),
    ...newShares.map((one) => () => addShare(context, id, one)),
    ...newLinks.map((one) => () => addLink(context, id, one)),
  ];
}

const expiry = (expiresAt: string | null) => ({ PreferencesExpires: expiresAt !== null, ExpiryDate: expiresAt });

function addShare(context: Context, documentId: string, { entityId, type, visibility }: Share): Promise<unknown> {
  return create(context, "ContentDocumentLink", {
    ...{ ContentDocumentId: documentId, LinkedEntityId: entityId, ShareType: type, Visibility: visibility },
  });
}

/** Salesforce makes the address, and a new password where there was one. */
async function addLink(context: Context, documentId: string, link: Distribution): Promise<void> {
  const q = soql`SELECT LatestPublishedVersionId FROM ContentDocument WHERE Id = ${documentId}`;
  const [raw] = await readAll(context, "the file", q);
  await create(context, "ContentDistribution", {
    Name: link.name,
    ContentVersionId: textOf(raw?.LatestPublishedVersionId),
    PreferencesAllowViewInBrowser: true,
    PreferencesLinkLatestVersion: true,
    PreferencesAllowOriginalDownload: link.canDownload,
    PreferencesPasswordRequired: link.password,
    ...expiry(link.expiresAt),
  });
}

/** Into the recycle bin, from where it is restored in Salesforce within 15 days. */
export const trashFile: ActionFunction = (context, target) =>
  ensure({
    target,
    read: () => stateOf(context, target),
    wanted: { trashed: true },
    write: () => deleteIfThere(context, recordUrl("ContentDocument", fileOf(target).externalId)),
  });

export const removePublicSharing: ActionFunction = (context, target) =>
  change(context, target, (state) => ({ ...state, distributions: [] }));

export const makePrivate: ActionFunction = (context, target) =>
  change(context, target, (state) => ({ ...state, shares: [], distributions: [] }));

export const quarantineFile: ActionFunction = async (context, target) => {
  const { quarantineUser } = context.settings;
  if (!quarantineUser) throw new ConflictError("Fill in the quarantine user in the settings first.");
  const owner = await userNamed(context, "Username", quarantineUser);
  return await change(context, target, (state) => ({ ...state, owner, shares: [], distributions: [] }));
};

/** The reversal of another action. Shares that were added since stay. */
export const restoreFile: ActionFunction = (context, target) => {
  const before = target.parameters.before;
  if (!isObject(before))
    throw new InvalidInputError("A file is restored as the reversal of another action.", ["input", "parameters"]);
  return change(context, target, (state) => ({
    trashed: false,
    owner: idOf(before.owner) ?? state.owner,
    shares: union(listOf(before.shares) as Share[], state.shares, ({ entityId }) => entityId),
    distributions: union(listOf(before.distributions) as Distribution[], state.distributions, ({ name }) => name),
  }));
};

function union<T>(wanted: readonly T[], present: readonly T[], keyOf: (one: T) => string): T[] {
  const keys = new Set(wanted.map(keyOf));
  return [...wanted, ...present.filter((one) => !keys.has(keyOf(one)))];
}

export const removeCollaborator: ActionFunction = async (context, target) => {
  const [email, id] = [textOf(target.parameters.email)?.toLowerCase(), idOf(target.parameters.externalId)];
  if (!email && !id) throw wrong("Name the collaborator by `email` or `externalId`.");
  const people = new People(context);
  return await change(context, target, async (state) => {
    await people.learn(state.shares.map(({ entityId }) => entityId));
    const isMeant = ({ entityId }: Share) =>
      id ? entityId === id : people.get(entityId)?.email?.toLowerCase() === email;
    return { ...state, shares: state.shares.filter((one) => !isMeant(one)) };
  });
};

export const removeExternalUsers: ActionFunction = async (context, target) => {
  const people = new People(context);
  return await change(context, target, async (state) => {
    await people.learn(state.shares.map(({ entityId }) => entityId));
    return { ...state, shares: state.shares.filter(({ entityId }) => !people.get(entityId)?.isExternal) };
  });
};

/** All public links of the file that end later, or never. */
export const expireSharedLink: ActionFunction = (context, target) => {
  const { expiresAt } = target.parameters;
  const at = expiresAt == null ? context.now() : instantOf(expiresAt);
  if (at === null) throw wrong("`expiresAt` must be an instant, such as 2026-12-31T00:00:00Z.");
  return change(context, target, (state) => ({
    ...state,
    // A link that is to end now is removed: Salesforce takes no instant in the past.
    distributions:
      at <= context.now()
        ? state.distributions.filter((one) => !isLive(one, context.now()))
        : state.distributions.map((one) => ({ ...one, expiresAt: at.toISOString() })),
  }));
};

/** As its own reversal: back to the owner of before. */
export const transferOwnership: ActionFunction = async (context, target) => {
  const former = idOf(objectOf(target.parameters.before).owner);
  const [id, email] = [idOf(target.parameters.externalId), textOf(target.parameters.email)];
  if (!former && !id && !email) throw wrong("Name the new owner by `email` or `externalId`.");
  const owner = former ?? id ?? (await userNamed(context, "Email", email ?? ""));
  return await change(context, target, (state) => ({
    ...state,
    owner,
    shares: state.shares.filter(({ entityId }) => entityId !== owner),
  }));
};

async function userNamed(context: Context, field: "Username" | "Email", value: string): Promise<string> {
  const q =
    field === "Username"
      ? soql`SELECT Id FROM User WHERE IsActive = true AND Username = ${value} LIMIT 2`
      : soql`SELECT Id FROM User WHERE IsActive = true AND Email = ${value} LIMIT 2`;
  const found = await readAll(context, "the user", q);
  const id = idOf(found[0]?.Id);
  if (id === null) throw wrong(`Salesforce has no active user ${value}.`);
  if (found.length > 1) throw wrong(`Several users have the address ${value}: name one by \`externalId\`.`);
  return id;
}

function wrong(message: string): InvalidInputError {
  return new InvalidInputError(message, ["input", "parameters"]);
}
