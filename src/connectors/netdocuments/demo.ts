import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  title: "NetDocuments · Northwind",
  users: 80,
  events: 2000,
  eventsPerSecond: 0.4,
  settings: ({ region, repositoryId, clientId, clientSecret }) => ({ region, repositoryId, clientId, clientSecret }),
};
