/** Every app Gatehouse knows. A new one: its folder, and its line in apps.ts; no other file names it. */

import { type App, codeOf } from "#src/connector-kit/app.ts";
import type { Connector } from "#src/connector-kit/connector.ts";
import type { LogSource } from "#src/connector-kit/log-source.ts";
import * as apps from "./apps.ts";

/** Sorted by name. */
export const connectors: readonly App[] = Object.values(apps).sort((a, b) =>
  a.manifest.name.localeCompare(b.manifest.name, "en"),
);

const bySlug = new Map(connectors.map((entry) => [entry.manifest.slug, entry]));

export function connectorBySlug(slug: string): App | undefined {
  return bySlug.get(slug);
}

/** The code of an app; null for one that is not known, or only planned. */
export function loadConnector(slug: string): Promise<Connector | null> {
  return codeOf(connectors, slug);
}

/** The code of every app that has some, sorted by name. */
export async function loadConnectors(): Promise<readonly Connector[]> {
  const all = await Promise.all(connectors.map(({ load }) => load?.()));
  return all.filter((code) => code !== undefined);
}

/** The logs of each app that Sigma has names for. */
export const logSources: readonly { connectorSlug: string; sources: readonly LogSource[] }[] = connectors.map(
  ({ manifest, logSources: sources }) => ({ connectorSlug: manifest.slug, sources }),
);
