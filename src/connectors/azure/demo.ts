import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  title: "Azure · Northwind",
  users: 320,
  events: 2500,
  eventsPerSecond: 0.3,
  settings: ({ tenantId, certificateClientId, certificate }) => ({
    ...{ tenantId, clientId: certificateClientId, certificate, consent: "given" },
  }),
  failedSignIn: { type: "Sign-in activity", outcome: "failure" },
};
