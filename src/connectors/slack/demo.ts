import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  title: "Slack · Northwind",
  users: 180,
  events: 3000,
  eventsPerSecond: 0.5,
  settings: ({ clientId, clientSecret }) => ({ clientId, clientSecret }),
};
