import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  title: "ShareFile · Northwind",
  users: 60,
  events: 0,
  eventsPerSecond: 0,
  settings: ({ subdomain, clientId, clientSecret }) => ({ subdomain, clientId, clientSecret }),
};
