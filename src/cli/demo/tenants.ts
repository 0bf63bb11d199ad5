import type { DemoTenant } from "#src/connector-kit/demo.ts";
import { connectors } from "#src/connectors/index.ts";

/** One app of the organisation that the demo shows, Northwind. */
export interface DemoApp extends DemoTenant {
  connectorSlug: string;
  name: string;
}

export const demoApps: readonly DemoApp[] = connectors.flatMap(({ manifest, code }) =>
  code?.demo ? [{ ...code.demo, connectorSlug: manifest.slug, name: manifest.name }] : [],
);

const organisation = { name: "northwind", seed: 7, groups: 12, historyDays: 7, unlimited: true };

/** What the sandbox is asked to make. */
export function tenantOf({ connectorSlug, users, events }: DemoApp): object {
  return { ...organisation, provider: connectorSlug, users, events };
}

/** Path of an app's tenant in the sandbox's control API. */
export function tenantPath({ connectorSlug }: DemoApp): string {
  return `/tenants/${connectorSlug}/${organisation.name}`;
}
