import { type Api, guarded, serveApi } from "../../kit/api.ts";
import type { Provider } from "../../provider.ts";
import { denied, problem, tooMany } from "../_microsoft/answers.ts";
import { auditLimits, logPage } from "../_microsoft/audit-logs.ts";
import { type Caller, entraOf } from "../_microsoft/entra.ts";
import { directoryRoutes, entraApi, holds } from "../_microsoft/graph.ts";
import { signInRoutes } from "../_microsoft/sign-ins.ts";
import { accountRoutes } from "./account-routes.ts";
import { appRoutes } from "./app-routes.ts";
import { changes } from "./changes.ts";
import { contentRoutes, lacking } from "./content-routes.ts";
import { fileRoutes, isSharePoint, sharePointApi } from "./file-routes.ts";
import { roleRoutes } from "./role-routes.ts";
import { Office365Tenant } from "./tenant.ts";

const activityHost = "manage.office.com";
const hosts = ["login.microsoftonline.com", "graph.microsoft.com", activityHost];

const api: Api<Office365Tenant, Caller> = {
  ...entraApi<Office365Tenant>("office365", [
    ...directoryRoutes<Office365Tenant>(),
    ...signInRoutes<Office365Tenant>(),
    guarded("GET", "/v1.0/auditLogs/directoryAudits", "AuditLog.Read.All+Directory.Read.All", (call) =>
      logPage(call, "activityDateTime", (number) => call.tenant.audit(number)),
    ),
    ...roleRoutes,
    ...appRoutes,
    ...accountRoutes,
    ...contentRoutes,
    ...fileRoutes,
  ]),
  limit: auditLimits(),
  rateLimited: ({ request }, seconds) =>
    request.host === activityHost
      ? problem(403, "AF429", "Too many requests. Method=GetContent, PublisherId=00000000-0000-0000-0000-000000000000")
      : tooMany(seconds),
  refuse: ({ caller, request }, permissions) => {
    if (holds(caller, permissions)) return undefined;
    return request.host === activityHost ? lacking(permissions) : denied;
  },
};
const sharePoint = sharePointApi(api);

export const office365: Provider = {
  slug: "office365",
  serves: (host) => hosts.includes(host) || isSharePoint(host),
  isCalled: (request, kit) => entraOf(request, kit, "office365") !== undefined,
  createTenant: (options, kit) => new Office365Tenant(options, kit, changes),
  handle: (request, kit) => serveApi(isSharePoint(request.host) ? sharePoint : api, request, kit),
};
