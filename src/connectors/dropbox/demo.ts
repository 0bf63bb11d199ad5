import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  byDefault: true,
  title: "Dropbox · Northwind",
  users: 180,
  events: 3000,
  eventsPerSecond: 1,
  settings: ({ clientId, clientSecret }) => ({ clientId, clientSecret }),
  failedSignIn: { type: "login_fail", outcome: "failure" },
};
