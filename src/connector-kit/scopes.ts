import type { Manifest, Settings } from "./contract/manifest.ts";

/** The scopes of all streams and actions, and the optional ones, that these settings and components allow, each once, in the manifest's order. */
export function wantedScopes(manifest: Manifest, settings: Settings, components: readonly string[]): string[] {
  const { streams, actions = {}, optionalScopes = [] } = manifest;
  const facts = [...Object.values(streams), ...Object.values(actions), ...optionalScopes];
  const wanted = facts.filter((fact) => !fact.when || fact.when(settings, components));
  return [...new Set(wanted.flatMap(({ scopes }) => scopes))];
}
