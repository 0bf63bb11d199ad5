import { InvalidInputError, InvalidInputsError } from "#src/errors.ts";
import type { Manifest, SettingFact, Settings } from "./contract/manifest.ts";

/** Collects what is wrong with settings taken together, so that all of it is reported at once. */
export class SettingProblems {
  readonly #found: InvalidInputError[] = [];

  add(name: string, message: string): void {
    this.#found.push(problem(name, message));
  }

  /** The result of a check, or null when it throws InvalidInputError. */
  check<T>(run: () => T): T | null {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      this.#found.push(error);
      return null;
    }
  }

  /** Throws InvalidSettingsError when something was found. */
  throwAny(): void {
    if (this.#found.length > 0) throw new InvalidSettingsError(this.#found);
  }
}

const maxLength = 4_000;
const maxMultilineLength = 64_000;

/** Everything wrong with the settings at once; as an error it speaks of the first. */
export class InvalidSettingsError extends InvalidInputsError {}

/**
 * Checks what an admin typed in against the manifest, and fills in defaults. Values are trimmed; an empty or null one counts as left out.
 * `stored` are the settings kept so far, for an update: what is left out stays, what is null goes.
 * Throws InvalidSettingsError holding every problem, each with the path `input.settings.<name>`.
 */
export function checkSettings(manifest: Manifest, input: unknown, stored: Settings = {}): Settings {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new InvalidSettingsError([
      new InvalidInputError("Settings must be an object whose values are strings.", ["input", "settings"]),
    ]);
  }
  const given = input as Record<string, unknown>;
  const problems: InvalidInputError[] = [];
  const settings: Record<string, string> = {};

  for (const name of Object.keys(given)) {
    if (Object.hasOwn(manifest.settings, name)) continue;
    const known = Object.keys(manifest.settings).join(", ") || "none";
    problems.push(problem(name, `${manifest.name} has no setting "${name.slice(0, 100)}". It has: ${known}.`));
  }
  for (const [name, fact] of Object.entries(manifest.settings)) {
    const value = Object.hasOwn(given, name) ? given[name] : stored[name];
    if (value !== null && value !== undefined && typeof value !== "string") {
      problems.push(problem(name, `${fact.label} must be a string.`));
      continue;
    }
    const text = value?.trim() || fact.default;
    if (text === undefined) {
      if (fact.required !== false) problems.push(problem(name, `${fact.label} is missing.`));
      continue;
    }
    const wrong = whatIsWrong(fact, text);
    if (wrong) problems.push(problem(name, wrong));
    else settings[name] = text;
  }
  if (problems.length > 0) throw new InvalidSettingsError(problems);
  return settings;
}

function problem(name: string, message: string): InvalidInputError {
  return new InvalidInputError(message, ["input", "settings", name]);
}

/** Never repeats the value: it may be a secret. */
function whatIsWrong(fact: SettingFact, text: string): string | null {
  const limit = fact.multiline ? maxMultilineLength : maxLength;
  if (text.length > limit) return `${fact.label} is longer than ${limit.toLocaleString("en")} characters.`;
  // Line breaks end up in headers and form bodies; nothing legitimate holds other control characters.
  if ((fact.multiline ? /[^\P{Cc}\n\r\t]/u : /\p{Cc}/u).test(text)) {
    return fact.multiline
      ? `${fact.label} holds control characters.`
      : `${fact.label} must be one line without control characters.`;
  }
  if (fact.options && !fact.options.includes(text)) return `${fact.label} must be one of: ${fact.options.join(", ")}.`;
  if (fact.pattern && !new RegExp(`^(?:${fact.pattern.source})$`, fact.pattern.flags.replace("g", "")).test(text)) {
    return `${fact.label} has not the expected form${fact.example ? `, as in: ${fact.example}` : ""}.`;
  }
  return null;
}
