import { defineConnector } from "#src/connector-kit/connector.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { auditScopes } from "../_microsoft/app-settings.ts";
import { normaliseAppSettings } from "../_microsoft/connection.ts";
import { graphBaseUrl } from "../_microsoft/graph.ts";
import { revokeAdminPrivileges } from "./actions.ts";
import { authorization } from "./authorization.ts";
import { checks } from "./checks/index.ts";
import { mapError, testConnection } from "./connection.ts";
import { demo } from "./demo.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map.ts";
import { activities, activityParts } from "./streams/activities.ts";
import { groups } from "./streams/groups.ts";
import { posture } from "./streams/posture.ts";
import { privilegeParts, privileges } from "./streams/privileges.ts";
import { users } from "./streams/users.ts";
import { templates } from "./templates.ts";

/** Graph refuses without naming a permission, Azure names a role by itself. */
const directory = ["Directory.Read.All"];

export const azure = defineConnector({
  manifest,
  baseUrl: graphBaseUrl,
  authorization,
  testConnection,
  normaliseSettings: normaliseAppSettings,
  mapError,
  streams: {
    USERS: naming(directory, users),
    GROUPS: naming(directory, groups),
    PRIVILEGES: naming(directory, privileges),
    ACTIVITIES: naming(auditScopes, activities),
    POSTURE: posture,
  },
  parts: { PRIVILEGES: privilegeParts, ACTIVITIES: activityParts },
  actions: { REVOKE_ADMIN_PRIVILEGES: revokeAdminPrivileges },
  checks,
  mapEvent,
  templates,
  demo,
});
