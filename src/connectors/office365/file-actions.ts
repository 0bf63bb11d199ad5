import { ensure } from "#src/connector-kit/actions.ts";
import type { ActionFunction } from "#src/connector-kit/contract/actions.ts";
import { isObject } from "#src/connector-kit/record.ts";
import { DriveFile, type FileState } from "./drive-file.ts";
import type { Grantee, Permission } from "./file-permissions.ts";

/** `{"permanently": true}` leaves nothing in the recycle bin. */
export const trashFile: ActionFunction = (context, target) => {
  const file = new DriveFile(context, target);
  return ensure({
    read: async () => ({ isThere: (await file.raw()) !== null }),
    wanted: { isThere: false },
    write: () => file.delete(target.parameters.permanently === true),
  });
};

/** What the item grants goes before the item does: who had access to it must not have it in the quarantine. */
export const quarantineFile: ActionFunction = (context, target) => {
  const file = new DriveFile(context, target);
  return ensure({
    target,
    read: () => file.state(),
    wanted: { quarantined: true },
    write: async ({ own }) => {
      const folder = await file.quarantine();
      for (const permission of own) await file.remove(permission);
      await file.moveTo(folder);
    },
  });
};

/** Out of the quarantine to the root of its drive. As the reversal of another action: to the folder, with the links and people that it had before. */
export const restoreFile: ActionFunction = (context, target) => {
  const file = new DriveFile(context, target);
  const wanted = isObject(target.parameters.before) ? (target.parameters.before as Partial<FileState>) : {};
  return ensure({
    target,
    read: () => file.state(),
    wanted: (state) => stepsOf(file, state, wanted, context.now()).length === 0,
    write: async (state) => {
      for (const step of stepsOf(file, state, wanted, context.now())) await step();
    },
  });
};

type Step = () => Promise<void>;

/** What has to be done, in order; empty when the state is as wanted. Groups of the site cannot be given back by Graph. */
function stepsOf(file: DriveFile, state: FileState, { parent, own }: Partial<FileState>, now: Date): Step[] {
  const steps: Step[] = [];
  const folder = parent ?? (state.quarantined ? "root" : null);
  if (folder !== null && folder !== state.parent) steps.push(() => file.moveTo(folder));
  if (!own) return steps;
  const wanted = own.filter(
    ({ expiresAt, password }) => !password && (expiresAt === null || new Date(expiresAt) > now),
  );
  const isLink = ({ link }: Permission) => link !== null;
  const has = (all: readonly Permission[], one: Permission) => all.some((other) => isSame(one, other));
  for (const link of state.own.filter(isLink)) if (!has(own, link)) steps.push(() => file.remove(link));
  for (const one of wanted) {
    if (has(state.own, one)) continue;
    const { link, expiresAt, grantees, roles } = one;
    const people = grantees.filter(canBeGranted);
    if (link?.scope === "users" && people.length === 0) continue;
    if (link) {
      const forWhom = link.scope === "users" ? { for: people } : {};
      steps.push(() => file.createLink(link.scope, link.type, { expiresAt, ...forWhom }));
    } else for (const grantee of people) steps.push(() => file.grant(grantee, roles));
  }
  return steps;
}

function canBeGranted({ kind, id, email }: Grantee): boolean {
  return (kind === "user" || kind === "group") && (id !== null || email !== null);
}

/** Ids of permissions that were made again are new. */
function isSame(one: Permission, other: Permission): boolean {
  const peopleOf = ({ grantees }: Permission) =>
    grantees.map(({ kind, id, email }) => `${kind} ${id ?? email?.toLowerCase()}`).toSorted();
  return (
    one.link?.scope === other.link?.scope &&
    one.link?.type === other.link?.type &&
    (one.link === null || one.expiresAt === other.expiresAt) &&
    peopleOf(one).join() === peopleOf(other).join()
  );
}
