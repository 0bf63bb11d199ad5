import { serveApi } from "../../kit/api.ts";
import type { Provider } from "../../provider.ts";
import { auditLimits } from "../_microsoft/audit-logs.ts";
import { entraOf } from "../_microsoft/entra.ts";
import { entraApi } from "../_microsoft/graph.ts";
import { armApi, armHost } from "./arm.ts";
import { changes } from "./changes.ts";
import { graphRoutes } from "./graph-routes.ts";
import { logRoutes } from "./log-routes.ts";
import { resourceRoutes } from "./resource-routes.ts";
import { roleRoutes } from "./role-routes.ts";
import { AzureTenant } from "./tenant.ts";

const hosts = ["login.microsoftonline.com", "graph.microsoft.com", armHost];

const graph = { ...entraApi<AzureTenant>("azure", graphRoutes), limit: auditLimits<AzureTenant>() };
const resourceManager = armApi([...roleRoutes, ...logRoutes, ...resourceRoutes]);

export const azure: Provider = {
  slug: "azure",
  serves: (host) => hosts.includes(host),
  isCalled: (request, kit) => entraOf(request, kit, "azure") !== undefined,
  createTenant: (options, kit) => new AzureTenant(options, kit, changes),
  handle: (request, kit) => serveApi(request.host === armHost ? resourceManager : graph, request, kit),
};
