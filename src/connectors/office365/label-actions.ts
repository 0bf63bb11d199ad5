import { ensure } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { isObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError, InvalidInputError, ProviderRequestError } from "#src/errors.ts";
import { DriveFile } from "./drive-file.ts";
import { itemPath } from "./drives.ts";
import { canBeLabelled, Labels } from "./labels.ts";

/** Microsoft assigns a label within seconds, to a large file within minutes. */
const askAgainMs = 10_000;

/** As the reversal of removing one: the one of before. */
export const applyLabel: ActionFunction = async (context, target) => {
  const label = textOf(target.parameters.label);
  const wanted = label === null ? formerLabel(target) : await new Labels(context).idOf(label);
  if (wanted === null)
    throw new InvalidInputError("Name one of the tenant's sensitivity labels as `label`, or its id.", [
      "input",
      "parameters",
    ]);
  return await setLabel(context, target, wanted);
};

/** A label that is named is removed where it is the file's. As the reversal of applying one: the one that it replaced comes back, if any. */
export const removeLabel: ActionFunction = async (context, target) => {
  const named = textOf(target.parameters.label);
  if (named === null || target.pending !== undefined) return await setLabel(context, target, formerLabel(target));
  const id = await new Labels(context).idOf(named);
  return await setLabel(context, target, null, (label) => label === null || label !== id);
};

function formerLabel({ parameters: { before } }: ActionTarget): string | null {
  return isObject(before) ? textOf(before.label) : null;
}

/**
 * The label as an administrator assigns it: it replaces what people chose. Microsoft accepts it and works on it.
 * Source: https://learn.microsoft.com/en-us/graph/api/driveitem-assignsensitivitylabel
 */
async function setLabel(
  context: Context,
  target: ActionTarget,
  label: string | null,
  isWanted: (present: string | null) => boolean = (present) => present === label,
): Promise<ActionResult> {
  if (target.pending !== undefined) return await awaitLabel(context, target.pending);
  const file = new DriveFile(context, target);
  let monitor: string | null = null;
  const result = await ensure({
    target,
    read: async (): Promise<{ label: string | null }> => {
      const raw = await file.raw();
      if (raw && !canBeLabelled(textOf(raw.name) ?? ""))
        throw new ConflictError("Office files and PDF alone carry sensitivity labels.");
      return { label: (await new Labels(context).readIds(file.ref))[0]?.toLowerCase() ?? null };
    },
    wanted: (state) => isWanted(state.label),
    write: async () => {
      const { headers } = await context.http.post(`${itemPath(file.ref)}/assignSensitivityLabel`, {
        json: {
          sensitivityLabelId: label ?? "",
          assignmentMethod: "privileged",
          justificationText: "Governance action of Gatehouse",
        },
      });
      monitor = headers.get("location");
    },
  });
  return monitor === null ? result : { ...result, pending: pendingAt(context, monitor) };
}

function pendingAt({ now }: Context, reference: string): NonNullable<ActionResult["pending"]> {
  return { reference, checkAt: new Date(now().getTime() + askAgainMs) };
}

/** The address needs no token and gets none. https://learn.microsoft.com/en-us/graph/long-running-actions-overview */
async function awaitLabel(context: Context, monitor: string): Promise<ActionResult> {
  const { status, body } = await context.http.get(monitor, { sign: false, allow: [303, 404] });
  const state = textOf(objectOf(body).status)?.toLowerCase() ?? "completed";
  // The monitor is kept for a while only; the label is looked at by the next listing.
  if (status === 303 || status === 404 || state === "completed") return { changed: true };
  if (/fail/.test(state)) throw new ProviderRequestError("Microsoft could not assign the sensitivity label.");
  return { changed: true, pending: pendingAt(context, monitor) };
}
