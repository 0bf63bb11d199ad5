import { defineConnector } from "#src/connector-kit/connector.ts";
import { requireSignInAgain, suspendUser, unsuspendUser } from "./actions.ts";
import { authorization } from "./authorization.ts";
import { checks } from "./checks.ts";
import { mapError, normaliseSettings, testConnection } from "./connection.ts";
import { demo } from "./demo.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map.ts";
import { activities } from "./streams/activities.ts";
import { groups } from "./streams/groups.ts";
import { posture } from "./streams/posture.ts";
import { privileges } from "./streams/privileges.ts";
import { users } from "./streams/users.ts";
import { templates } from "./templates.ts";
import { webhooks } from "./webhooks.ts";

export const workplace = defineConnector({
  manifest,
  baseUrl: () => "https://graph.workplace.com",
  authorization,
  testConnection,
  normaliseSettings,
  mapError,
  mapEvent,
  streams: { USERS: users, GROUPS: groups, PRIVILEGES: privileges, ACTIVITIES: activities, POSTURE: posture },
  actions: { SUSPEND_USER: suspendUser, UNSUSPEND_USER: unsuspendUser, REQUIRE_SIGN_IN_AGAIN: requireSignInAgain },
  checks,
  webhooks,
  templates,
  demo,
});
