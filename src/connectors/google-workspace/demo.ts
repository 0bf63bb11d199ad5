import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  byDefault: true,
  title: "Google Workspace · Northwind",
  users: 320,
  events: 4000,
  eventsPerSecond: 1,
  settings: ({ serviceAccountKey, adminEmail }) => ({ serviceAccountKey, adminEmail }),
  failedSignIn: { type: "login_failure" },
};
