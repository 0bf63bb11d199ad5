import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  byDefault: true,
  title: "GitHub · northwind",
  users: 140,
  events: 3000,
  eventsPerSecond: 0.5,
  settings: ({ org, clientId, clientSecret }) => ({ mode: "oauth", org, clientId, clientSecret }),
};
