import type { Connector } from "./connector.ts";
import type { Manifest } from "./contract/manifest.ts";
import type { LogSource } from "./log-source.ts";

/** One app of the catalogue: its facts at hand, its code loaded when it is first needed, so that a start does not pay for apps nobody connected. */
export interface App {
  manifest: Manifest;
  /** The app's logs that Sigma has names for. They are here, beside the facts: rules for an app can be imported before it is connected. */
  logSources: readonly LogSource[];
  /** Imports the code, once. Null for an app that is only planned: its facts are shown, it cannot be connected. */
  load: (() => Promise<Connector>) | null;
}

/** The code of one of these apps; null for one that is not among them, or only planned. */
export async function codeOf(apps: readonly App[], slug: string | undefined): Promise<Connector | null> {
  return (await apps.find(({ manifest }) => manifest.slug === slug)?.load?.()) ?? null;
}

/** Log sources default to none; without `load` the app is planned. */
export function defineApp({
  manifest,
  logSources = [],
  load,
}: {
  manifest: Manifest;
  logSources?: readonly LogSource[];
  load?: () => Promise<Connector>;
}): App {
  return { manifest, logSources, load: load ?? null };
}
