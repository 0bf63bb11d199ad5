import { mix } from "../../generator.ts";
import { ids } from "../../kit/ids.ts";

interface Field {
  id: string;
  name: string;
  choices: { id: string; name: string }[];
}

export interface Label {
  id: string;
  title: string;
  fields: Field[];
}

/** Labels that the organisation has published, and what is on which file: by file, then by label, the choice made by field. */
export class FileLabels {
  readonly all: Label[];
  readonly #changed = new Map<string, Map<string, Record<string, string>>>();
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
    const { idOf } = ids("", seed + 660, 30);
    const choices = ["Public", "Internal", "Confidential"].map((name, index) => ({ id: idOf(index), name }));
    this.all = [
      { id: idOf(10), title: "Sensitivity", fields: [{ id: idOf(11), name: "Level", choices }] },
      { id: idOf(12), title: "Legal hold", fields: [] },
    ];
  }

  /** What is on a file; a fifth of them have a sensitivity from the beginning. */
  on(file: string, number: number): Map<string, Record<string, string>> {
    const changed = this.#changed.get(file);
    if (changed) return changed;
    const choice = mix(this.#seed, number, 661) % 15;
    const [sensitivity] = this.all as [Label];
    const [field] = sensitivity.fields as [Field];
    const chosen = field.choices[choice];
    return new Map(chosen && number > 0 ? [[sensitivity.id, { [field.id]: chosen.id }]] : []);
  }

  set(file: string, labels: Map<string, Record<string, string>>): void {
    this.#changed.set(file, labels);
  }
}

/** As the label is defined: https://developers.google.com/workspace/drive/labels/reference/rest/v2/labels */
export function labelRecord({ id, title, fields }: Label): Record<string, unknown> {
  return {
    name: `labels/${id}@1`,
    id,
    revisionId: "1",
    labelType: "ADMIN",
    properties: { title },
    lifecycle: { state: "PUBLISHED" },
    ...(fields.length > 0 && {
      fields: fields.map((field) => ({
        id: field.id,
        queryKey: `labels/${id}.${field.id}`,
        properties: { displayName: field.name },
        lifecycle: { state: "PUBLISHED" },
        selectionOptions: {
          choices: field.choices.map((choice) => ({
            id: choice.id,
            properties: { displayName: choice.name },
            lifecycle: { state: "PUBLISHED" },
          })),
        },
      })),
    }),
  };
}

/** As it is on a file: https://developers.google.com/workspace/drive/api/reference/rest/v3/Label */
export function appliedRecord(id: string, chosen: Record<string, string>): Record<string, unknown> {
  const fields = Object.entries(chosen).map(([field, choice]) => [
    field,
    { kind: "drive#labelField", id: field, valueType: "selection", selection: [choice] },
  ]);
  return {
    kind: "drive#label",
    id,
    revisionId: "1",
    ...(fields.length > 0 && { fields: Object.fromEntries(fields) }),
  };
}
