import type { EnumRef } from "@pothos/core";
import { builder } from "./builder.ts";

/** An enum with a description of every value. */
export function describedEnum<const V extends string>(
  name: string,
  description: string,
  values: Record<V, string>,
): EnumRef<never, V> {
  return builder.enumType(name, {
    description,
    values: Object.fromEntries(
      Object.entries<string>(values).map(([value, text]) => [value, { description: text, value }]),
    ) as Record<V, { description: string; value: V }>,
  }) as unknown as EnumRef<never, V>;
}

export const accountTypesDescribed = {
  HUMAN: "The account of a person.",
  SERVICE: "The account of a program, bot or integration.",
  UNKNOWN: "The app does not state the kind of account.",
} as const;
