import type { Manifest, Settings } from "./contract/manifest.ts";

/** The scopes of all streams and actions that these settings and components allow, each once, in the manifest's order. */
export function wantedScopes(manifest: Manifest, settings: Settings, components: readonly string[]): string[] {
  const facts = [...Object.values(manifest.streams), ...Object.values(manifest.actions ?? {})];
  const wanted = facts.filter((fact) => !fact.when || fact.when(settings, components));
  return [...new Set(wanted.flatMap(({ scopes }) => scopes))];
}
