/** What of a provider's answer may be shown: one short sentence, without secrets. */

const secretName =
  /authorization|token|secret|password|cookie|signature|assertion|credential|api-?_?key|^code|^key$|jwt/i;

/** Values in what we send that must not come back in a message. */
export function secretsIn(...sources: (Readonly<Record<string, unknown>> | null | undefined)[]): string[] {
  const secrets = new Set<string>();
  for (const source of sources) {
    for (const [name, value] of Object.entries(source ?? {})) {
      if (typeof value !== "string" || !secretName.test(name)) continue;
      add(value);
      const word = value.split(/\s+/).at(-1)!;
      add(word);
      if (/^basic\s/i.test(value)) for (const part of Buffer.from(word, "base64").toString().split(":")) add(part);
    }
  }
  function add(value: string): void {
    // Shorter ones would redact ordinary words, and guard nothing.
    if (value.length >= 6) secrets.add(value).add(encodeURIComponent(value));
  }
  return [...secrets].sort((a, b) => b.length - a.length);
}

/**
 * The provider's own words, from the fields where providers put them: at most 200 characters on one line.
 * Empty when there are none. Anything that looks like a credential is taken out.
 */
export function providerMessage(body: unknown, secrets: readonly string[] = []): string {
  const text = fields(body).find((value) => typeof value === "string" && value.trim() !== "");
  return text === undefined ? "" : oneLine(redact(text as string, secrets), 200);
}

function oneLine(text: string, maxLength: number): string {
  return text.replace(/\s+/g, " ").trim().slice(0, maxLength).toWellFormed();
}

function fields(body: unknown): unknown[] {
  const first = Array.isArray(body) ? body[0] : body;
  if (typeof first !== "object" || first === null) return [];
  const record = first as Record<string, unknown>;
  const error =
    typeof record.error === "object" && record.error !== null
      ? (record.error as Record<string, unknown>).message
      : record.error;
  return [record.message, record.error_description, record.errorSummary, error];
}

export function hide(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, "[redacted]"), text);
}

/**
 * An error in which a connector quotes the provider: at most 500 characters on one line, without stack traces and whatever looks like a
 * credential. Its own stack repeats the message and is made again.
 */
export function cleanError(error: Error, secrets: readonly string[]): Error {
  const { message, stack } = error;
  error.message = oneLine(redact(message, secrets), 500);
  if (stack) error.stack = hide(stack, secrets).replace(hide(message, secrets), () => error.message);
  return error;
}

/** Takes out the secrets known, and whatever else looks like one. */
function redact(text: string, secrets: readonly string[]): string {
  return hide(withoutTrace(text.slice(0, 2000)), secrets)
    .replace(/\p{C}+/gu, " ")
    .replace(/\b(bearer|basic|ssws)\s+[\w~+/.=-]{6,}/gi, "$1 [redacted]")
    .replace(/\beyJ[\w-]+(\.[\w-]*)*/g, "[redacted]")
    .replace(/[\w~+/=-]{24,}/g, (run) => (looksSecret(run) ? "[redacted]" : run));
}

/** Where a stack trace of Java, .NET, JavaScript, Python, PHP or Ruby begins. */
const trace =
  /\s+at (?:async |new )?[\w$.<>/[\]]+\(|\bTraceback \(most recent call|\s+File "[^"]*", line \d|(?:\n|\s{2,})#\d+ |\n[^\n]*:\d+:in [`']/;

function withoutTrace(text: string): string {
  const from = text.search(trace);
  return from < 0 ? text : text.slice(0, from);
}

/** Letters and digits mixed over a long run; not a UUID, which is how providers name requests and things. */
function looksSecret(run: string): boolean {
  return /\d/.test(run) && /[a-z]/i.test(run) && !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(run);
}
