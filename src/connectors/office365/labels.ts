import type { Context } from "#src/connector-kit/contract/context.ts";
import { optional } from "#src/connector-kit/probe.ts";
import { type Json, listOf, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { ProviderNotFoundError, ProviderRequestError } from "#src/errors.ts";
import { readAll } from "../_microsoft/graph.ts";
import { type ItemRef, itemPath } from "./drives.ts";

/** Types of file that carry a sensitivity label. https://learn.microsoft.com/en-us/purview/sensitivity-labels-sharepoint-onedrive-files */
const labelled = /\.(docx|docm|dotx|dotm|xlsx|xlsm|xlsb|pptx|pptm|ppsx|potx|pdf)$/i;

export function canBeLabelled(name: string): boolean {
  return labelled.test(name);
}

export const labelList = "/security/dataSecurityAndGovernance/sensitivityLabels";

/** Sensitivity labels of files, by the names that people see; by their ids where the list of labels may not be read. */
export class Labels {
  readonly #context: Context;
  #names: Promise<Map<string, string>> | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Of a file as it was listed; none where the settings leave labels out. */
  async of(ref: ItemRef, raw: Json): Promise<string[]> {
    const isRead = this.#context.settings.sensitivityLabels !== "skip";
    if (!isRead || raw.file === undefined || !canBeLabelled(textOf(raw.name) ?? "")) return [];
    try {
      return await this.read(ref);
    } catch (error) {
      // Encrypted by a key of the customer's own, being decrypted, deleted meanwhile: a label may be there, and nobody can say which.
      if (error instanceof ProviderRequestError || error instanceof ProviderNotFoundError) return [];
      throw error;
    }
  }

  /** Source: https://learn.microsoft.com/en-us/graph/api/driveitem-extractsensitivitylabels */
  async read(ref: ItemRef): Promise<string[]> {
    const ids = await this.readIds(ref);
    const names = await this.#listed();
    return ids.map((id) => names.get(id.toLowerCase()) ?? id);
  }

  async readIds(ref: ItemRef): Promise<string[]> {
    const { body } = await this.#context.http.post(`${itemPath(ref)}/extractSensitivityLabels`, { retry: true });
    const labels = listOf(valueAt(body, "labels") ?? valueAt(body, "value.labels"));
    return labels.flatMap((label) => textOf(objectOf(label).sensitivityLabelId) ?? []);
  }

  /** The id of a label that is named, or itself an id; null when there is no such label. */
  async idOf(label: string): Promise<string | null> {
    const names = await this.#listed();
    if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(label)) return label.toLowerCase();
    for (const [id, name] of names) if (name.toLowerCase() === label.toLowerCase()) return id;
    return null;
  }

  #listed(): Promise<Map<string, string>> {
    this.#names ??= this.#list();
    return this.#names;
  }

  /** A label below another is named with it: `Confidential/Finance`. */
  async #list(): Promise<Map<string, string>> {
    const { value } = await optional(() => readAll(this.#context, labelList, "sensitivity labels"));
    const names = new Map<string, string>();
    const add = (label: Json, above: string): void => {
      const name = above + (textOf(label.displayName) ?? textOf(label.name) ?? String(label.id));
      names.set(String(label.id).toLowerCase(), name);
      for (const one of listOf(label.sublabels)) add(objectOf(one), `${name}/`);
    };
    for (const label of value ?? []) add(label, "");
    return names;
  }
}
