import type { ConnectorFacts } from "../contract/facts.ts";
import { fileActions, fileWebhook } from "./file-facts.ts";

export const facts: ConnectorFacts = {
  tenants: {
    large: { users: 1300, groups: 7, events: 1300, historyDays: 4, files: 96 },
    small: { users: 30, groups: 4, events: 60, historyDays: 1, files: 72 },
  },
  modes: {
    secret: {
      settings: ({ tenantId, clientId, clientSecret }) => ({ tenantId, clientId, clientSecret }),
      consent: () => ({}),
      renews: true,
    },
    certificate: {
      settings: ({ tenantId, certificateClientId, certificate }) => ({
        ...{ tenantId, clientId: certificateClientId, certificate, consent: "given" },
      }),
      renews: true,
    },
  },
  implied: {
    "Directory.Read.All": ["User.Read.All", "GroupMember.Read.All"],
    "Sites.FullControl.All": ["Sites.Read.All", "Files.ReadWrite.All"],
  },
  namesRetryTime: true,
  log: { pulled: false, signIn: "signIn" },
  actions: { ...fileActions },
  webhook: fileWebhook,
};
