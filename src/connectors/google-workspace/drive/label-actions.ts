import { ensure } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { isObject, type Json, listOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError } from "#src/errors.ts";
import { byPageToken } from "../../_google/paging.ts";
import { readAll } from "../api.ts";
import { wrong } from "./actions.ts";
import { fileUrl } from "./api.ts";
import { DriveItem } from "./item.ts";
import { type LabelName, namesOn, readLabels } from "./labels.ts";

/** Puts a label on, `Sensitivity: Confidential` with its choice. As the reversal of removing: those of before. */
export const applyLabel: ActionFunction = (context, target) => {
  const label = textOf(target.parameters.label);
  if (label) return change(context, target, (names) => [...new Set([...names, label])]);
  const former = formerLabels(target);
  if (former === null) throw wrong("Name the label as `label`.");
  return change(context, target, () => former);
};

/** Takes a label off, or all without a name. As the reversal of applying: back to those of before. */
export const removeLabel: ActionFunction = (context, target) => {
  const label = textOf(target.parameters.label);
  const former = formerLabels(target);
  return change(context, target, (names) => former ?? (label ? names.filter((name) => name !== label) : []));
};

function formerLabels({ parameters: { before } }: ActionTarget): string[] | null {
  return isObject(before) ? listOf(before.labels).map(String) : null;
}

async function change(
  context: Context,
  target: ActionTarget,
  wantedOf: (names: readonly string[]) => string[],
): Promise<ActionResult> {
  const known = await readLabels(context);
  if (known.length === 0)
    throw new ConflictError("The organisation has no published labels, or their scope is missing.");
  const item = new DriveItem(context, target);
  const url = fileUrl(item.id);
  return await ensure({
    target,
    read: async () => ({ labels: await namesOfFile(await item.acting(), url, known) }),
    wanted: ({ labels }) => modifications(labels, labelsBut(labels, wantedOf(labels), known), known).length === 0,
    write: async ({ labels }) => {
      const { http } = await item.acting();
      const labelModifications = modifications(labels, labelsBut(labels, wantedOf(labels), known), known);
      await http.post(`${url}/modifyLabels`, { json: { labelModifications } });
    },
  });
}

/** A field holds one choice: what is chosen now goes where another of the same label is wanted. */
function labelsBut(names: readonly string[], wanted: readonly string[], known: readonly LabelName[]): string[] {
  const added = wanted.filter((name) => !names.includes(name)).map((name) => entryOf(name, known));
  return wanted.filter((name) => {
    if (!names.includes(name)) return true;
    const { label } = entryOf(name, known);
    return !added.some((one) => one.label === label);
  });
}

/** https://developers.google.com/workspace/drive/api/reference/rest/v3/files/modifyLabels */
function modifications(names: readonly string[], wanted: readonly string[], known: readonly LabelName[]): Json[] {
  const keptLabels = wanted.map((name) => entryOf(name, known).label);
  const removed = names
    .filter((name) => !wanted.includes(name))
    .map((name) => entryOf(name, known).label)
    .filter((label) => !keptLabels.includes(label));
  const added = wanted.filter((name) => !names.includes(name)).map((name) => entryOf(name, known));
  return [
    ...[...new Set(removed)].map((labelId) => ({ labelId, removeLabel: true })),
    ...added.map(({ label: labelId, field: fieldId, choice }) => ({
      labelId,
      ...(fieldId === null ? {} : { fieldModifications: [{ fieldId, setSelectionValues: [choice] }] }),
    })),
  ];
}

function entryOf(name: string, known: readonly LabelName[]): LabelName {
  const found = known.find((one) => one.name === name);
  if (found) return found;
  throw wrong(`There is no published label “${name}”. There are: ${known.map((one) => one.name).join(", ")}.`);
}

async function namesOfFile(acting: Context, url: string, known: readonly LabelName[]): Promise<string[]> {
  const first = { url: `${url}/listLabels`, query: { maxResults: 100 } };
  const applied = await readAll(acting, "labels", first, byPageToken("labels", { kind: "drive#labelList" }));
  return namesOn(applied, known);
}
