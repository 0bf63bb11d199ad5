import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  title: "Google Cloud · Northwind",
  users: 90,
  events: 2500,
  eventsPerSecond: 1,
  settings: ({ organizationId, serviceAccountKey }) => ({ organizationId, serviceAccountKey }),
};
