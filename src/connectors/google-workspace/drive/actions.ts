import { ensure } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { isObject, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError, InvalidInputError } from "#src/errors.ts";
import { quarantineName } from "./api.ts";
import { DriveItem, type ItemState } from "./item.ts";
import { isGeneral, type Permission } from "./permissions.ts";

export const trashFile: ActionFunction = (context, target) => {
  const item = new DriveItem(context, target);
  return ensure({
    target,
    read: () => item.state(),
    wanted: { trashed: true },
    write: () => item.change({ trashed: true }),
  });
};

/** People lose their access before the file moves: who may open the quarantine folder must not open what arrives there. */
export const quarantineFile: ActionFunction = (context, target) => {
  const item = new DriveItem(context, target);
  return ensure({
    target,
    read: () => item.state(),
    wanted: isQuarantined,
    write: async (before) => {
      if (before.trashed) throw new ConflictError("The file is in the trash.");
      for (const one of own(before)) await item.removePermission(one);
      await item.move(before.parent, await item.quarantine(before));
    },
  });
};

/**
 * Out of the trash, and out of the quarantine to the top of the drive. As the reversal of another action: to the folder, and with the people and
 * links, that it had before.
 */
export const restoreFile: ActionFunction = (context, target) => {
  const item = new DriveItem(context, target);
  const wanted = wantedState(target.parameters.before);
  return ensure({
    target,
    read: () => item.state(),
    wanted: (state) =>
      !state.trashed &&
      !isMisplaced(state, wanted) &&
      missing(state, wanted).length + extra(state, wanted).length === 0,
    write: async (before) => {
      if (before.trashed) await item.change({ trashed: false });
      if (isMisplaced(before, wanted)) await item.move(before.parent, wanted.parent ?? (await item.top(before)));
      for (const one of extra(before, wanted)) await item.removePermission(one);
      for (const one of missing(before, wanted)) await item.addPermission(one);
    },
  });
};

/** What a reversal wants; null: whatever it is. */
interface Wanted {
  parent: string | null;
  permissions: Permission[] | null;
}

function wantedState(before: unknown): Wanted {
  const { parent, permissions, trashed } = objectOf(before) as Partial<ItemState>;
  if (!isObject(before) || trashed) return { parent: null, permissions: null };
  return { parent: parent ?? null, permissions: permissions ?? null };
}

function isMisplaced(state: ItemState, { parent }: Wanted): boolean {
  return parent === null ? isQuarantined(state) : state.parent !== parent;
}

/** Those who had access by the file itself and have it no longer, or another one. The owner has not been taken away. */
function missing({ permissions }: ItemState, wanted: Wanted): Permission[] {
  return (wanted.permissions ?? []).filter(
    (one) =>
      !one.inherited &&
      one.role !== "owner" &&
      !permissions.some((other) => isSame(one, other) && other.role === one.role),
  );
}

/** Links that stand in the place of those of before. People who were let in since stay. */
function extra(state: ItemState, wanted: Wanted): Permission[] {
  const { permissions } = wanted;
  if (permissions === null) return [];
  return own(state).filter((one) => isGeneral(one) && !permissions.some((other) => isSame(one, other)));
}

/** Ids of links are the same on all files, and those of people are the same everywhere. */
function isSame(one: Permission, other: Permission): boolean {
  return one.id === other.id && one.discoverable === other.discoverable;
}

const isQuarantined = ({ parentName, trashed }: ItemState): boolean => !trashed && parentName === quarantineName;

/** Of the file itself, but of its owner. */
function own({ permissions }: ItemState): Permission[] {
  return permissions.filter(({ inherited, role }) => !inherited && role !== "owner");
}

/**
 * To another person of the organisation; it stays in its folder. As its own reversal: back to the owner of before, and the other has the access
 * that they had.
 */
export const transferOwnership: ActionFunction = async (context, target) => {
  const before = objectOf(target.parameters.before);
  const former = textOf(before.owner);
  const receiver = (former ?? textOf(target.parameters.email))?.toLowerCase();
  if (!receiver) throw wrong("Name the new owner by `email`.");
  const item = new DriveItem(context, target, [textOf(before.newOwner) ?? receiver]);
  const mayStay = listOf(before.permissions).map((one) => (one as Permission).email?.toLowerCase());
  return await ensure({
    target,
    read: async () => ({ ...(await item.state()), newOwner: receiver }),
    wanted: { owner: receiver },
    write: async (state) => {
      if (state.driveId !== null) throw new ConflictError("What lies in a shared drive belongs to the drive.");
      await item.giveTo(receiver);
      if (former === null || mayStay.includes(state.owner ?? "")) return;
      const { permissions } = await item.state();
      for (const one of permissions) if (one.email?.toLowerCase() === state.owner) await item.removePermission(one);
    },
  });
};

export function wrong(message: string): InvalidInputError {
  return new InvalidInputError(message, ["input", "parameters"]);
}

/** For actions that look at a file first. */
export async function opened(context: Context, target: ActionTarget): Promise<{ item: DriveItem; before: ItemState }> {
  const item = new DriveItem(context, target);
  return { item, before: await item.state() };
}
