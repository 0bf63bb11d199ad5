import type { Detector } from "../../detector.ts";

/** Characters for the body of an invented token: none stands in the source whole, where scanners for secrets would find it. */
export function body(length: number, alphabet = "k7Qz2mXv9RbTn4LwYc8HsJf3GdPqA5eUx6ZiKoM1ByEh0WtS"): string {
  // A stride that has no factor in common with the length of the alphabet meets all of its characters.
  const stride = [7, 11, 13, 17, 19].find((prime) => alphabet.length % prime !== 0)!;
  return Array.from({ length }, (_, index) => alphabet[(index * stride + 3) % alphabet.length]).join("");
}
export const hex = (length: number) => body(length, "0a9b8c7d6e5f4132");
export const digits = (length: number) => body(length, "8306174592");
export const upper = (length: number) => body(length, "QK7ZX2MV4RBTN3LWYC6HSJF5GDPA");

interface Token {
  slug: string;
  /** `GitHub token`. */
  name: string;
  pattern: string;
  /** Literals that every match contains. */
  hints: readonly string[];
  match: string;
  none: string;
  value?: (match: string) => string;
  check?: Detector["check"];
  /** What follows from knowing it, if the name does not show it. */
  description?: string;
}

/** A credential whose format its provider made recognisable: certain without a context word. */
export function token({ slug, name, pattern, hints, match, none, value, check, description }: Token): Detector {
  return {
    slug,
    name,
    description: description ?? `${name}, by its published format.`,
    category: "CREDENTIALS",
    countries: [],
    patterns: [pattern],
    hints,
    ...(value ? { value } : {}),
    ...(check ? { check } : {}),
    confidence: { alone: "HIGH" },
    examples: { match: [match, `key = "${match}"`], none: [none] },
  };
}
