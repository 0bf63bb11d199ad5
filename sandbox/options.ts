import { mix } from "./generator.ts";
import type { TenantOptions } from "./provider.ts";

/** Fills what the caller left out. A tenant is the same to the byte for the same completed options. */
export function completeOptions(options: TenantOptions, now: number): Required<TenantOptions> {
  return {
    provider: options.provider,
    name: options.name,
    seed: seedOf(options),
    users: options.users ?? 50,
    groups: options.groups ?? 8,
    files: options.files ?? 200,
    events: options.events ?? 1000,
    historyDays: options.historyDays ?? 7,
    createdAt: options.createdAt ?? now,
    unlimited: options.unlimited ?? false,
  };
}

/** Tenants of another name have other people; those of one name have the same people at every provider. */
function seedOf(options: TenantOptions): number {
  let seed = options.seed ?? 1;
  for (const character of options.name) seed = mix(seed, character.codePointAt(0) ?? 0, 71);
  return seed >>> 1;
}
