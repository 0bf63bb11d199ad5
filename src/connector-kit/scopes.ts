import { ProviderScopeError } from "#src/errors.ts";
import type { ScanStream } from "./contract/kinds.ts";
import type { Manifest, Settings } from "./contract/manifest.ts";
import type { StreamFunction } from "./contract/streams.ts";

/** The scopes of all streams and actions, and the optional ones, that these settings and components allow, each once, in the manifest's order. */
export function wantedScopes(manifest: Manifest, settings: Settings, components: readonly string[]): string[] {
  const { streams, actions = {}, optionalScopes = [] } = manifest;
  const facts = [...Object.values(streams), ...Object.values(actions), ...optionalScopes];
  const wanted = facts.filter((fact) => !fact.when || fact.when(settings, components));
  return [...new Set(wanted.flatMap(({ scopes }) => scopes))];
}

/** A stream of a provider that refuses calls without naming the scope they lack: its own scopes are named then. */
export function naming<S extends ScanStream>(scopes: readonly string[], stream: StreamFunction<S>): StreamFunction<S> {
  return async function* (context, cursor) {
    try {
      yield* stream(context, cursor);
    } catch (error) {
      if (!(error instanceof ProviderScopeError) || error.scopes.length > 0) throw error;
      throw new ProviderScopeError(error.message, [...scopes], { cause: error });
    }
  };
}
