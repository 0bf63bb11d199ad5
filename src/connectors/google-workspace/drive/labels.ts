/** Labels of Drive: https://developers.google.com/workspace/drive/labels/overview */
import type { Context } from "#src/connector-kit/contract/context.ts";
import { optional } from "#src/connector-kit/probe.ts";
import { idOf, type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";
import { byPageToken } from "../../_google/paging.ts";
import { readAll } from "../api.ts";
import { scopes } from "../scopes.ts";

/** What people see of a label: its title, or with a choice `Sensitivity: Confidential`. */
export interface LabelName {
  name: string;
  label: string;
  /** Null: the label as a whole. */
  field: string | null;
  choice: string | null;
}

const labelQuery = { useAdminAccess: true, publishedOnly: true, view: "LABEL_VIEW_FULL", pageSize: 200 };
const labelsUrl = "https://drivelabels.googleapis.com/v2/labels";

/** Published labels of the organisation; none where the scope is not granted, which takes nothing else away. */
export async function readLabels(context: Context): Promise<LabelName[]> {
  if (!context.credential?.scopes?.includes(scopes.labels)) return [];
  const first = { url: labelsUrl, query: labelQuery };
  const { value } = await optional(() => readAll(context, "labels", first, byPageToken("labels")));
  return (value ?? []).flatMap(namesOf);
}

function namesOf(raw: Json): LabelName[] {
  const label = idOf(raw.id);
  if (label === null) return [];
  const title = textOf(objectOf(raw.properties).title) ?? label;
  const choices = listOf(raw.fields)
    .map(objectOf)
    .flatMap((field) =>
      listOf(objectOf(field.selectionOptions).choices)
        .map(objectOf)
        .map(({ id, properties }) => ({
          name: `${title}: ${textOf(objectOf(properties).displayName) ?? String(id)}`,
          label,
          field: idOf(field.id),
          choice: idOf(id),
        })),
    );
  return [{ name: title, label, field: null, choice: null }, ...choices];
}

/** For `includeLabels`: labels that are not named there are not answered. */
export function labelIds(labels: readonly LabelName[]): string | undefined {
  return [...new Set(labels.map(({ label }) => label))].join(",") || undefined;
}

/** Of the `labelInfo` or the listed labels of a file. A label with choices is named by those that were made. */
export function namesOn(applied: readonly unknown[], labels: readonly LabelName[]): string[] {
  return applied.map(objectOf).flatMap(({ id, fields }) => {
    const known = labels.filter(({ label }) => label === id);
    const chosen = Object.values(objectOf(fields)).flatMap((field) => listOf(objectOf(field).selection));
    const named = known.filter(({ choice }) => choice !== null && chosen.includes(choice)).map(({ name }) => name);
    return named.length > 0 ? named : [known.find(({ choice }) => choice === null)?.name ?? String(id)];
  });
}
