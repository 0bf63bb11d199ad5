import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  title: "Egnyte · Northwind",
  users: 240,
  events: 1200,
  eventsPerSecond: 0.2,
  settings: ({ domain, clientId, clientSecret }) => ({ domain, clientId, clientSecret }),
  failedSignIn: { type: "LOGIN_AUDIT.Failed Attempt" },
};
