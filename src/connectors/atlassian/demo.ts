import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  title: "Atlassian · Northwind",
  users: 120,
  events: 3000,
  eventsPerSecond: 0.5,
  settings: ({ organizationId, apiKey }) => ({ organizationId, apiKey }),
};
