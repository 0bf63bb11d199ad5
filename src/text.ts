/** PostgreSQL text cannot hold NUL, and nobody needs a megabyte in a name. */
export function cleanText(value: string | null | undefined, maxLength: number): string | null {
  if (value == null || value === "") return null;
  const text = value.includes("\u0000") ? value.replaceAll("\u0000", "") : value;
  return text.length > maxLength ? text.slice(0, maxLength) : text;
}
