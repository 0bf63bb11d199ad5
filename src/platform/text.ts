import { isTooDeep, keptLevels } from "./json.ts";

/** PostgreSQL text cannot hold NUL, and nobody needs a megabyte in a name. */
export function cleanText(value: string | null | undefined, maxLength: number): string | null {
  if (value == null || value === "") return null;
  const text = value.includes("\u0000") ? value.replaceAll("\u0000", "") : value;
  const cut = text.length > maxLength ? text.slice(0, maxLength) : text;
  return cut === "" ? null : cut.toWellFormed();
}

/**
 * JSON that PostgreSQL takes whatever a provider sent. It refuses U+0000 and halves of surrogate pairs, and with them the whole
 * page, again and again: anyone who may choose a name or a user agent could stop a stream. Each becomes U+FFFD. What is nested too deep, for
 * JSON.stringify already, is cut: an event must not escape the record by its shape.
 */
export function postgresJson(value: unknown): string {
  return plainJson(shallowJson(value));
}

/** JSON without the escapes that PostgreSQL refuses: U+FFFD stands in their place. */
export function plainJson(json: string): string {
  // Most of it has no backslash at all, and looking for one character is far faster than for a pattern.
  if (!json.includes("\\") || !/\\u(?:0000|d[89a-f])/.test(json)) return json;
  // JSON.stringify escapes halves only; a pair stands as it is. An escaped backslash before "u0000" is just text.
  return json.replace(/\\(?:\\|u(?:0000|d[89a-f][0-9a-f]{2}))/g, (found) => (found === "\\\\" ? found : "\\ufffd"));
}

function shallowJson(value: unknown): string {
  try {
    const json = JSON.stringify(value);
    if (!isTooDeep(value, json)) return json;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return JSON.stringify(keptLevels(value));
}

/**
 * One plain address: no quotes, comments, spaces or line ends, so it can neither name a second recipient nor begin a header. The part
 * before the @ is ASCII; the domain may be in any script.
 */
export function isMailAddress(text: string): boolean {
  return (
    text.length <= 254 && /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\p{L}\p{N}-]{1,63}(\.[\p{L}\p{N}-]{1,63})*$/u.test(text)
  );
}

/** For a text between tags or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Where a gateway answers that listens there, as a URL that opens on this machine. */
export function listeningUrl({ host, port }: { host: string; port: number }): string {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return `http://${reachable}:${port}`;
}
