import type { Api, ApiRoute } from "../../kit/api.ts";
import type { SandboxKit, SandboxRequest } from "../../provider.ts";
import { problem } from "../_microsoft/answers.ts";
import type { Caller } from "../_microsoft/entra.ts";
import { downloadRoute, driveRoutes } from "./drive-routes.ts";
import { postureRoutes } from "./posture-routes.ts";
import { monitorRoute, sharingRoutes } from "./sharing-routes.ts";
import { subscriptionRoutes } from "./subscription-routes.ts";
import type { Office365Tenant } from "./tenant.ts";

/** Files, their change notifications, and the settings that posture looks at. */
export const fileRoutes: ApiRoute<Office365Tenant, Caller>[] = [
  ...driveRoutes,
  ...sharingRoutes,
  ...subscriptionRoutes,
  ...postureRoutes,
];

const sharePoint = /^([a-z0-9-]+?)(-my)?\.sharepoint\.com$/;

export function isSharePoint(host: string): boolean {
  return sharePoint.test(host);
}

/** SharePoint itself, whose addresses carry what lets a caller in. */
export function sharePointApi(graph: Api<Office365Tenant, Caller>): Api<Office365Tenant, Caller> {
  return {
    ...graph,
    routes: [downloadRoute, monitorRoute],
    find(request: SandboxRequest, kit: SandboxKit) {
      const [, name = ""] = sharePoint.exec(request.host) ?? [];
      const tenant = kit.tenant("office365", name) as Office365Tenant | undefined;
      return tenant ? { tenant } : { refusal: problem(404, "itemNotFound", "There is no such tenant.") };
    },
  };
}
