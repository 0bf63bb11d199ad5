import { serveApi } from "../../kit/api.ts";
import type { Provider } from "../../provider.ts";
import { entraOf } from "../_microsoft/entra.ts";
import { directoryRoutes, entraApi } from "../_microsoft/graph.ts";
import { changes } from "./changes.ts";
import { fileRoutes, isSharePoint, sharePointApi } from "./file-routes.ts";
import { Office365Tenant } from "./tenant.ts";

const hosts = ["login.microsoftonline.com", "graph.microsoft.com", "manage.office.com"];

const api = entraApi<Office365Tenant>("office365", [...directoryRoutes<Office365Tenant>(), ...fileRoutes]);
const sharePoint = sharePointApi(api);

export const office365: Provider = {
  slug: "office365",
  serves: (host) => hosts.includes(host) || isSharePoint(host),
  isCalled: (request, kit) => entraOf(request, kit, "office365") !== undefined,
  createTenant: (options, kit) => new Office365Tenant(options, kit, changes),
  handle: (request, kit) => serveApi(isSharePoint(request.host) ? sharePoint : api, request, kit),
};
