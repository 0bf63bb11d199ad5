import { serveApi } from "../../kit/api.ts";
import type { Provider } from "../../provider.ts";
import { appApi } from "./app-routes.ts";
import { changes } from "./changes.ts";
import { graphApi } from "./graph.ts";
import { scimApi } from "./scim.ts";
import { WorkplaceTenant } from "./tenant.ts";

const hosts: Record<string, Provider["handle"]> = {
  "work.workplace.com": (request, kit) => serveApi(appApi, request, kit),
  "graph.facebook.com": (request, kit) => serveApi(appApi, request, kit),
  "graph.workplace.com": (request, kit) => serveApi(graphApi, request, kit),
  "scim.workplace.com": (request, kit) => serveApi(scimApi, request, kit),
};

export const workplace: Provider = {
  slug: "workplace",
  serves: (host) => Object.hasOwn(hosts, host),
  createTenant: (options, kit) => new WorkplaceTenant(options, kit, changes),
  handle: async (request, kit) => (await hosts[request.host]?.(request, kit)) ?? { status: 404 },
};
