import { defineConnector } from "#src/connector-kit/connector.ts";
import { resetPassword, suspendUser, unsuspendUser } from "./actions.ts";
import { authorization } from "./authorization.ts";
import { checks } from "./checks.ts";
import { testConnection } from "./connection.ts";
import { demo } from "./demo.ts";
import { endpointsOf, normaliseSettings } from "./endpoints.ts";
import { mapError } from "./errors.ts";
import { manifest } from "./manifest.ts";
import { mapEvent } from "./map.ts";
import { activities, posture, users } from "./streams.ts";
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
