import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  title: "Salesforce · Northwind",
  users: 90,
  events: 2000,
  eventsPerSecond: 0.4,
  settings: ({ domain, clientId, clientSecret }) => ({ mode: "clientCredentials", domain, clientId, clientSecret }),
  failedSignIn: { type: "LoginHistory", outcome: "failure" },
};
