import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  title: "OneLogin · Northwind",
  users: 140,
  events: 3000,
  eventsPerSecond: 0.5,
  settings: ({ subdomain, clientId, clientSecret }) => ({ subdomain, clientId, clientSecret }),
};
