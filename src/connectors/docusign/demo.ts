import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  title: "DocuSign · Northwind",
  users: 180,
  events: 2000,
  eventsPerSecond: 1,
  settings: ({ integrationKey, userId, privateKey }) => ({ integrationKey, userId, privateKey, actions: "on" }),
  failedSignIn: { type: "Login.Login", outcome: "failure" },
};
