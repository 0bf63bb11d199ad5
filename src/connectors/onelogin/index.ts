import { defineConnector } from "#src/connector-kit/connector.ts";
import { requireSignInAgain, resetPassword, suspendUser, unsuspendUser } from "./actions.ts";
import { authorization } from "./authorization.ts";
import { checks } from "./checks/index.ts";
import { mapError, normaliseSettings, testConnection } from "./connection.ts";
import { demo } from "./demo.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map.ts";
import { activities } from "./streams/activities.ts";
import { posture } from "./streams/posture.ts";
import { privileges } from "./streams/privileges.ts";
import { roles } from "./streams/roles.ts";
import { users } from "./streams/users.ts";

export const onelogin = defineConnector({
  manifest,
  baseUrl: ({ subdomain = "" }) => `https://${subdomain}.onelogin.com`,
  authorization,
  testConnection,
  normaliseSettings,
  mapError,
  mapEvent,
  streams: { USERS: users, GROUPS: roles, PRIVILEGES: privileges, ACTIVITIES: activities, POSTURE: posture },
  actions: {
    SUSPEND_USER: suspendUser,
    UNSUSPEND_USER: unsuspendUser,
    REQUIRE_SIGN_IN_AGAIN: requireSignInAgain,
    RESET_PASSWORD: resetPassword,
  },
  checks,
  demo,
});
