/** Every app Gatehouse knows. A new one: its folder, and its line in apps.ts; no other file names it. */

import { type CatalogueEntry, catalogueEntry } from "#src/connector-kit/connector.ts";
import type { LogSource } from "#src/connector-kit/log-source.ts";
import * as apps from "./apps.ts";

/** Sorted by name. */
export const connectors: readonly CatalogueEntry[] = Object.values(apps)
  .map(catalogueEntry)
  .sort((a, b) => a.manifest.name.localeCompare(b.manifest.name, "en"));

const bySlug = new Map(connectors.map((entry) => [entry.manifest.slug, entry]));

export function connectorBySlug(slug: string): CatalogueEntry | undefined {
  return bySlug.get(slug);
}

/** The logs of each app that Sigma has names for. */
export const logSources: readonly { connectorSlug: string; sources: readonly LogSource[] }[] = connectors.map(
  ({ manifest, logSources: sources }) => ({ connectorSlug: manifest.slug, sources }),
);
