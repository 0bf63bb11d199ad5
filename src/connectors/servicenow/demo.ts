import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  title: "ServiceNow · Northwind",
  users: 120,
  events: 2000,
  eventsPerSecond: 0.4,
  settings: ({ host, clientId, clientSecret }) => ({ mode: "clientCredentials", host, clientId, clientSecret }),
  failedSignIn: { type: "login.failed", outcome: "failure" },
};
