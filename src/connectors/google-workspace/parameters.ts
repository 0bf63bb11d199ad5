import { type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";

/** The parameters of one event, by name in any case: logs write them in capitals or in small letters. */
export class Parameters {
  readonly #byName = new Map<string, Json>();

  constructor(event: Json) {
    for (const one of listOf(event.parameters).map(objectOf)) {
      const name = textOf(one.name);
      if (name !== null) this.#byName.set(name.toLowerCase(), one);
    }
  }

  /** As a text, several values parted by commas; null when it is not there or empty. */
  text(name: string): string | null {
    const parameter = this.#byName.get(name);
    if (!parameter) return null;
    const { value, intValue, boolValue, multiValue, multiIntValue } = parameter;
    if (boolValue === true || boolValue === false) return String(boolValue);
    const single = textOf(value) ?? textOf(intValue) ?? (typeof intValue === "number" ? String(intValue) : null);
    if (single !== null) return single;
    const several = [...listOf(multiValue), ...listOf(multiIntValue)].map(String).filter(Boolean);
    return several.length > 0 ? several.join(", ") : null;
  }

  /** The first that is there. */
  first(...names: readonly string[]): string | null {
    for (const name of names) {
      const text = this.text(name);
      if (text !== null) return text;
    }
    return null;
  }

  isTrue(name: string): boolean {
    return this.text(name) === "true";
  }
}
