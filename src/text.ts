/** PostgreSQL text cannot hold NUL, and nobody needs a megabyte in a name. */
export function cleanText(value: string | null | undefined, maxLength: number): string | null {
  if (value == null || value === "") return null;
  const text = value.includes("\u0000") ? value.replaceAll("\u0000", "") : value;
  const cut = text.length > maxLength ? text.slice(0, maxLength) : text;
  return cut === "" ? null : cut.toWellFormed();
}

/**
 * JSON that PostgreSQL takes whatever a provider sent. It refuses U+0000 and halves of surrogate pairs, and with them the whole
 * page, again and again: whoever may choose a name or a user agent could stop a stream. Each becomes U+FFFD.
 */
export function postgresJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!/\\u(?:0000|d[89a-f])/.test(json)) return json;
  // JSON.stringify escapes halves only; a pair stands as it is. An escaped backslash before "u0000" is just text.
  return json.replace(/\\(?:\\|u(?:0000|d[89a-f][0-9a-f]{2}))/g, (found) => (found === "\\\\" ? found : "\\ufffd"));
}
