import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  byDefault: true,
  title: "Microsoft 365 · Northwind",
  users: 300,
  events: 4000,
  eventsPerSecond: 1,
  settings: ({ tenantId, clientId, clientSecret }) => ({ tenantId, clientId, clientSecret }),
  failedSignIn: { type: "Sign-in activity", outcome: "failure" },
};
