import { defineConnector } from "#src/connector-kit/connector.ts";
import { resetPassword, suspendUser, unsuspendUser } from "./actions.ts";
import { endpointsOf } from "./api.ts";
import { authorization } from "./authorization.ts";
import { checks } from "./checks.ts";
import { mapError, normaliseSettings, testConnection } from "./connection.ts";
import { demo } from "./demo.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map.ts";
import { activities } from "./streams/activities.ts";
import { posture } from "./streams/posture.ts";
import { users } from "./streams/users.ts";
import { templates } from "./templates.ts";

export const workday = defineConnector({
  manifest,
  baseUrl: (settings) => `https://${endpointsOf(settings).host}`,
  authorization,
  testConnection,
  normaliseSettings,
  mapError,
  mapEvent,
  streams: { USERS: users, ACTIVITIES: activities, POSTURE: posture },
  actions: { SUSPEND_USER: suspendUser, UNSUSPEND_USER: unsuspendUser, RESET_PASSWORD: resetPassword },
  checks,
  templates,
  demo,
});
