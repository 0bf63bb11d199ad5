import { defineConnector } from "#src/connector-kit/connector.ts";
import { authorization } from "./authorization.ts";
import { baseUrl, mapError, normaliseSettings, testConnection } from "./connection.ts";
import { logSources } from "./log-sources.ts";
import { manifest } from "./manifest.ts";
import { users } from "./streams/users.ts";

export const googleWorkspace = defineConnector({
  manifest,
  baseUrl,
  authorization,
  testConnection,
  normaliseSettings,
  mapError,
  streams: { USERS: users },
  actions: {},
  logSources,
});
