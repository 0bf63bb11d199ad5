import { larger } from "#src/connectors/google-workspace/scopes.ts";
import type { ConnectorFacts } from "../contract/facts.ts";
import { fileActions } from "./file-facts.ts";

const implied = Object.fromEntries(
  Object.entries(larger).flatMap(([scope, others]) => others.map((other) => [other, [scope]])),
);

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 130, groups: 7, events: 1300, historyDays: 4, files: 300 },
    small: { users: 14, groups: 4, events: 60, historyDays: 1, files: 80 },
  },
  modes: {
    delegation: {
      settings: ({ serviceAccountKey, adminEmail }) => ({ serviceAccountKey, adminEmail }),
      renews: true,
    },
  },
  implied,
  namesRetryTime: false,
  log: { pulled: true, signIn: "login_success" },
  actions: { ...fileActions },
  webhook: {
    event: { type: "edit" },
    signature: "x-goog-channel-token",
    coversBody: false,
    maxAgeSeconds: null,
    brings: "refresh",
  },
};
