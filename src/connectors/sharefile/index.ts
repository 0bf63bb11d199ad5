import { defineConnector } from "#src/connector-kit/connector.ts";
import { suspendUser, unsuspendUser } from "./actions.ts";
import { authorization, baseUrl } from "./authorization.ts";
import { checks } from "./checks/index.ts";
import { mapError, normaliseSettings, testConnection } from "./connection.ts";
import { demo } from "./demo.ts";
import { manifest } from "./manifest.ts";
import { groups } from "./streams/groups.ts";
import { posture } from "./streams/posture.ts";
import { privileges } from "./streams/privileges.ts";
import { users } from "./streams/users.ts";

export const sharefile = defineConnector({
  manifest,
  baseUrl,
  authorization,
  testConnection,
  normaliseSettings,
  mapError,
  streams: { USERS: users, GROUPS: groups, PRIVILEGES: privileges, POSTURE: posture },
  actions: { SUSPEND_USER: suspendUser, UNSUSPEND_USER: unsuspendUser },
  checks,
  demo,
});
