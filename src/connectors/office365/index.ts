import { defineConnector } from "#src/connector-kit/connector.ts";
import { normaliseAppSettings } from "../_microsoft/connection.ts";
import { graphBaseUrl } from "../_microsoft/graph.ts";
import { authorization } from "./authorization.ts";
import { mapError, testConnection } from "./connection.ts";
import { logSources } from "./log-sources.ts";
import { manifest } from "./manifest.ts";
import { groups } from "./streams/groups.ts";
import { users } from "./streams/users.ts";

export const office365 = defineConnector({
  manifest,
  baseUrl: graphBaseUrl,
  authorization,
  testConnection,
  normaliseSettings: normaliseAppSettings,
  mapError,
  streams: { USERS: users, GROUPS: groups },
  actions: {},
  logSources,
});
