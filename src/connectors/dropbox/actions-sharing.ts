import { ensure } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { instantOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError, InvalidInputError, ProviderRequestError } from "#src/errors.ts";
import { folderSharers } from "./access.ts";
import { asMember, read, tagAt, tagOf, write } from "./api.ts";
import type { Link } from "./links.ts";
import { isOver } from "./links.ts";
import { SharedItem, type SharedState, storedOf, wholeSecond } from "./shared-item.ts";

const dayMs = 86_400_000;
/** Dropbox removes a member from a folder within seconds, from a large one within minutes. */
const jobSeconds = 10;

type Choice = (state: SharedState) => { links?: Link[]; people?: SharedState["people"] };

/** Takes away links and people of the item itself. */
async function takeAway(context: Context, target: ActionTarget, choose: Choice): Promise<ActionResult> {
  if (target.pending !== undefined) return await awaitJobs(context, JSON.parse(target.pending) as Jobs);
  const item = await SharedItem.open(context, target);
  const jobs: string[] = [];
  const result = await ensure({
    target,
    read: async () => {
      const state = await item.state();
      const { links = [], people = [] } = choose(state);
      return { ...storedOf(state), goes: { links, people } };
    },
    wanted: ({ goes }) => goes.links.length + goes.people.length === 0,
    write: async ({ goes }) => {
      for (const link of goes.links) await item.removeLink(link);
      for (const person of goes.people) {
        const job = await item.removePerson(person);
        if (job !== null) jobs.push(job);
      }
    },
  });
  const { goes: _, ...before } = result.before ?? {};
  if (jobs.length === 0) return { ...result, before };
  const { memberId, headers } = await item.writer();
  const left: Jobs = { jobs, headers: memberId === null ? headers : asMember(memberId) };
  return { ...result, before, pending: { reference: JSON.stringify(left), checkAt: later(context) } };
}

/** What Dropbox still works on, and in whose name that can be asked. */
interface Jobs {
  jobs: string[];
  headers: Readonly<Record<string, string>>;
}

async function awaitJobs(context: Context, { jobs, headers }: Jobs): Promise<ActionResult> {
  const left: string[] = [];
  for (const async_job_id of jobs) {
    const status = await read(context, "sharing/check_remove_member_job_status", { async_job_id }, headers);
    if (tagOf(status) === "failed")
      throw new ProviderRequestError(
        `Dropbox could not remove a member: ${tagAt(status, "failed") ?? "no reason is given"}.`,
      );
    if (tagOf(status) === "in_progress") left.push(async_job_id);
  }
  if (left.length === 0) return { changed: true };
  const reference = JSON.stringify({ jobs: left, headers });
  return { changed: true, pending: { reference, checkAt: later(context) } };
}

function later({ now }: Context): Date {
  return new Date(now().getTime() + jobSeconds * 1000);
}

export const removePublicSharing: ActionFunction = (context, target) =>
  takeAway(context, target, ({ links }) => ({ links: links.filter(({ audience }) => audience === "PUBLIC") }));

export const removeExternalUsers: ActionFunction = (context, target) =>
  takeAway(context, target, ({ people }) => ({ people: people.filter(({ isOfTeam }) => !isOfTeam) }));

export const makePrivate: ActionFunction = (context, target) => takeAway(context, target, (state) => state);

/** `{"email": "…"}`, or the id of an account or group as the inventory has it: `{"userId": "…"}`. */
export const removeCollaborator: ActionFunction = (context, target) => {
  const email = textOf(target.parameters.email)?.toLowerCase() ?? null;
  const id = textOf(target.parameters.userId);
  if (email === null && id === null)
    throw new InvalidInputError('This action needs a collaborator: {"email": "…"}.', ["input", "parameters"]);
  return takeAway(context, target, ({ people }) => ({
    people: people.filter(
      (one) =>
        (email !== null && one.email?.toLowerCase() === email) ||
        (id !== null && [one.teamId, one.accountId].includes(id)),
    ),
  }));
};

/** Changes those links of the item itself that are not yet as they should be. */
async function changeLinks(
  context: Context,
  target: ActionTarget,
  settings: object,
  isRight: (link: Link) => boolean,
): Promise<ActionResult> {
  const item = await SharedItem.open(context, target);
  const result = await ensure({
    target,
    read: async () => {
      const state = await item.state();
      return { ...storedOf({ ...state, people: [] }), found: state.links };
    },
    wanted: ({ found }) => found.every(isRight),
    write: async ({ found }) => {
      for (const link of found) if (!isRight(link)) await item.changeLink(link, settings);
    },
  });
  const { found: _, ...before } = result.before ?? {};
  return { ...result, before };
}

export const reducePublicAccess: ActionFunction = (context, target) =>
  changeLinks(context, target, { audience: { ".tag": "team" } }, ({ audience }) => audience !== "PUBLIC");

const audiences: Readonly<Record<string, Link["stated"]>> = { PUBLIC: "public", INTERNAL: "team", PRIVATE: "no_one" };

export const setSharedLinkAccess: ActionFunction = (context, target) => {
  const audience = audiences[textOf(target.parameters.audience)?.toUpperCase() ?? ""];
  if (!audience)
    throw new InvalidInputError('This action needs {"audience": "PUBLIC"}, "INTERNAL" or "PRIVATE".', [
      "input",
      "parameters",
    ]);
  return changeLinks(context, target, { audience: { ".tag": audience } }, ({ stated }) => stated === audience);
};

export const expireSharedLink: ActionFunction = (context, target) => {
  const { expiresAt, days = 7 } = target.parameters;
  const now = context.now();
  const at = expiresAt === undefined ? new Date(now.getTime() + Number(days) * dayMs) : instantOf(expiresAt);
  if (at === null || !(at > now))
    throw new InvalidInputError('The links end in the future: {"expiresAt": "2027-01-31T00:00:00Z"}, or {"days": 7}.', [
      "input",
      "parameters",
    ]);
  const ends = (link: Link) => isOver(link, now) || (link.expiresAt !== null && link.expiresAt <= at);
  return changeLinks(context, target, { expires: wholeSecond(at) }, ends);
};

/** Source: https://www.dropbox.com/developers/documentation/http/documentation#sharing-transfer_folder */
export const transferOwnership: ActionFunction = async (context, target) => {
  const wanted = textOf(target.parameters.email) ?? textOf(objectOf(target.parameters.before).owner);
  if (wanted === null)
    throw new InvalidInputError('This action needs the new owner: {"email": "…"}.', ["input", "parameters"]);
  const item = await SharedItem.open(context, target);
  const { folder } = item;
  if (folder === null) throw new ConflictError("Dropbox knows owners of shared folders only: move the file instead.");
  return await ensure({
    target,
    read: async () => {
      const sharers = await folderSharers(context, folder, item.access.headers);
      return { owner: sharers.find(({ access }) => access === "owner")?.email ?? null };
    },
    wanted: ({ owner }) => owner?.toLowerCase() === wanted.toLowerCase(),
    write: async () => {
      const members = [...(await item.sharing.team.members()).values()];
      const member = members.find(({ email }) => email?.toLowerCase() === wanted.toLowerCase());
      if (!member?.accountId) throw new ConflictError("The new owner is not a member of the team.");
      const { headers } = await item.writer();
      await write(
        context,
        "sharing/transfer_folder",
        { shared_folder_id: folder, to_dropbox_id: member.accountId },
        headers,
      );
    },
  });
};
