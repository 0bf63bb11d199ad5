import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  byDefault: true,
  title: "Box · Northwind",
  users: 120,
  events: 2500,
  eventsPerSecond: 0.5,
  settings: ({ clientId, clientSecret, enterpriseId }) => ({
    mode: "clientCredentials",
    clientId,
    clientSecret,
    enterpriseId,
  }),
};
