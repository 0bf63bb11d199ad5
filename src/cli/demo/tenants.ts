import type { DemoTenant } from "#src/connector-kit/demo.ts";
import { loadConnectors } from "#src/connectors/index.ts";
import { InvalidInputError } from "#src/errors.ts";

/** One app of the organisation that the demo shows, Northwind. */
export interface DemoApp extends DemoTenant {
  connectorSlug: string;
  name: string;
}

/** Every app that the demo can show, sorted by name. */
async function allDemoApps(): Promise<DemoApp[]> {
  return (await loadConnectors()).flatMap(({ manifest: { slug, name }, demo }) =>
    demo ? [{ ...demo, connectorSlug: slug, name }] : [],
  );
}

/**
 * The apps of `--apps`: `all`, or slugs separated by commas. Null: those that tell the demo's episode. Throws InvalidInputError for a
 * slug that is none of them.
 */
export async function demoApps(asked: string | null): Promise<DemoApp[]> {
  const all = await allDemoApps();
  if (asked === null) return all.filter(({ byDefault }) => byDefault);
  if (asked.trim() === "all") return all;
  return asked.split(",").map((each) => {
    const app = all.find(({ connectorSlug }) => connectorSlug === each.trim());
    if (app) return app;
    const known = all.map(({ connectorSlug }) => connectorSlug).join(", ");
    throw new InvalidInputError(`The demo has no app "${each.trim()}". It has: ${known}.`, ["apps"]);
  });
}

const organisation = { name: "northwind", seed: 7, groups: 12, historyDays: 7, unlimited: true };

/** What the sandbox is asked to make. */
export function tenantOf({ connectorSlug, users, events }: DemoApp): object {
  return { ...organisation, provider: connectorSlug, users, events };
}

/** Path of an app's tenant in the sandbox's control API. */
export function tenantPath({ connectorSlug }: DemoApp): string {
  return `/tenants/${connectorSlug}/${organisation.name}`;
}
