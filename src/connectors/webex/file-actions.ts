import { deleteIfThere, ensure, fileOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { isObject, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError, InvalidInputError } from "#src/errors.ts";
import { orgOf } from "./api.ts";
import { placeOf } from "./messages.ts";
import { type Member, readMembers } from "./spaces.ts";

/** Deletes the message, for ever. */
export const trashFile: ActionFunction = async (context, target) => {
  const place = placeOf(fileOf(target).externalId);
  if (place === null) throw new InvalidInputError("This is a space. Webex deletes messages only.", ["input", "fileId"]);
  return { changed: await deleteIfThere(context, `/messages/${encodeURIComponent(place.messageId)}`) };
};

export const removeExternalUsers: ActionFunction = (context, target) =>
  takeOut(context, target, ({ isExternal }) => isExternal);

export const removeCollaborator: ActionFunction = (context, target) => {
  const { email, externalId } = target.parameters;
  const [address, id] = [textOf(email)?.toLowerCase(), textOf(externalId)];
  if (!address && !id) throw new InvalidInputError("Name the person by email or externalId.", ["input", "parameters"]);
  return takeOut(
    context,
    target,
    (member) => (id !== null && member.personId === id) || (!!address && member.email?.toLowerCase() === address),
  );
};

async function takeOut(
  context: Context,
  target: ActionTarget,
  which: (member: Member) => boolean,
): Promise<ActionResult> {
  const roomId = spaceOf(target);
  const orgId = orgOf(context);
  return await ensure<{ members: Member[] }>({
    target,
    read: async () => ({ members: (await readMembers(context, orgId, roomId)).filter(which) }),
    wanted: ({ members }) => members.length === 0,
    write: async ({ members }) => {
      for (const { id } of members) await deleteIfThere(context, `/memberships/${encodeURIComponent(id)}`);
    },
  });
}

/** As the reversal of the above: people who are not in the space are added again. */
export const restoreFile: ActionFunction = async (context, target) => {
  const removed = listOf(objectOf(target.parameters.before).members).filter(isObject);
  if (removed.length === 0)
    throw new ConflictError("Nobody was taken out of this space. What was deleted in Webex does not come back.");
  const roomId = spaceOf(target);
  const orgId = orgOf(context);
  return await ensure<{ missing: Record<string, unknown>[] }>({
    target,
    read: async () => {
      const present = new Set((await readMembers(context, orgId, roomId)).map(({ personId }) => personId));
      return { missing: removed.filter(({ personId }) => !present.has(textOf(personId))) };
    },
    wanted: ({ missing }) => missing.length === 0,
    write: async ({ missing }) => {
      for (const { personId, isModerator } of missing) {
        const json = { roomId, personId, isModerator: isModerator === true };
        // They may have been added by hand meanwhile.
        await context.http.post("/memberships", { json, allow: [409] });
      }
    },
  });
};

/** Files are reached through their space. */
function spaceOf(target: ActionTarget): string {
  const { externalId, container } = fileOf(target);
  if (container !== null) return container;
  if (placeOf(externalId) === null) return externalId;
  throw new ConflictError("The space of this file is not known yet: repeat the action after the files have been read.");
}
