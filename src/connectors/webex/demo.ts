import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  title: "Webex · Northwind",
  users: 120,
  events: 2000,
  eventsPerSecond: 0.3,
  settings: ({ clientId, clientSecret, refreshToken }) => ({
    mode: "serviceApp",
    clientId,
    clientSecret,
    refreshToken,
  }),
  failedSignIn: { type: "User Login Attempted", outcome: "failure" },
};
