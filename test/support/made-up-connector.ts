import { type App, defineApp } from "#src/connector-kit/app.ts";
import { type Connector, defineConnector } from "#src/connector-kit/connector.ts";
import type { Manifest } from "#src/connector-kit/contract/manifest.ts";
import type * as list from "#src/connectors/index.ts";

/** A manifest that declares nothing yet, for connectors that exist in one test only. */
export const bareManifest = {
  slug: "made-up",
  name: "Made-up App",
  description: "An app that exists in a test.",
  docs: "https://made-up.example/docs",
  lifecycle: "AVAILABLE",
  authorization: "API_TOKEN",
  prerequisites: "",
  settings: {},
  hosts: ["api.made-up.example"],
  streams: {},
} as const satisfies Manifest;

/** A connector of which a test says only what it is about. */
export function madeUp(more: Partial<Omit<Connector, "manifest">> & { manifest?: Partial<Manifest> } = {}): Connector {
  return defineConnector({
    baseUrl: () => "https://api.made-up.example",
    authorization: { interactive: () => false, sign: () => ({}) },
    testConnection: async () => ({ externalAccountId: "1", accountName: "Acme", missingScopes: [] }),
    streams: {},
    actions: {},
    ...more,
    manifest: { ...bareManifest, ...more.manifest },
  } as Parameters<typeof defineConnector>[0]);
}

/** As an app of the catalogue. */
export function appOf(connector: Connector): App {
  return defineApp({ manifest: connector.manifest, load: async () => connector });
}

/**
 * The list of connectors with one more, for
 * `vi.mock("#src/connectors/index.ts", async (original) => withConnector(await original(), connector))`.
 */
export function withConnector(module: typeof list, connector: Connector): typeof list {
  const entry = appOf(connector);
  return {
    ...module,
    connectors: [...module.connectors, entry],
    connectorBySlug: (slug) => (slug === entry.manifest.slug ? entry : module.connectorBySlug(slug)),
    loadConnector: async (slug) => (slug === entry.manifest.slug ? connector : module.loadConnector(slug)),
    loadConnectors: async () => [...(await module.loadConnectors()), connector],
  };
}
