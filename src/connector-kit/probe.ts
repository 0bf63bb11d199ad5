/** For `testConnection`: finds out what a credential may do by trying it. A refusal is a missing scope, an outage is an outage. */
import { ProviderScopeError } from "#src/errors.ts";

/**
 * Scopes that are wanted and not granted. `includes` names the others that a scope holds, followed to the end: `{ "admin:org":
 * ["read:org"] }`. A scope is also there when one of `alternatives` is granted: `{ "admin:org": ["members:write"] }`.
 */
export function missingScopes(
  wanted: readonly string[],
  granted: readonly string[],
  rules: {
    includes?: Readonly<Record<string, readonly string[]>>;
    alternatives?: Readonly<Record<string, readonly string[]>>;
  } = {},
): string[] {
  const { includes = {}, alternatives = {} } = rules;
  const held = new Set<string>();
  const hold = (scope: string): void => {
    if (held.has(scope)) return;
    held.add(scope);
    for (const included of includes[scope] ?? []) hold(included);
  };
  for (const scope of granted) hold(scope);
  return wanted.filter((scope) => ![scope, ...(alternatives[scope] ?? [])].some((one) => held.has(one)));
}

/** Reads one record of everything that is wanted, and collects what is refused. */
export class Probes {
  readonly #missing = new Set<string>();

  /** In the order they were found. */
  get missing(): string[] {
    return [...this.#missing];
  }

  /** Found missing otherwise. */
  add(scope: string): void {
    this.#missing.add(scope);
  }

  /**
   * The result, or null when the credential is refused it: the scopes the provider names are missing, or `scope` where it names none.
   * Throws everything else: an outage is no missing scope.
   */
  async read<T>(scope: string, call: () => Promise<T>): Promise<T | null> {
    const { value, refusal } = await optional(call);
    if (!refusal) return value;
    for (const one of refusal.scopes.length > 0 ? refusal.scopes : [scope]) this.add(one);
    return null;
  }
}

/** A read that may be refused. Throws everything but a missing scope. */
export async function optional<T>(
  call: () => Promise<T>,
): Promise<{ value: T; refusal: null } | { value: null; refusal: ProviderScopeError }> {
  try {
    return { value: await call(), refusal: null };
  } catch (error) {
    if (error instanceof ProviderScopeError) return { value: null, refusal: error };
    throw error;
  }
}
