import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  byDefault: true,
  title: "Workday · Northwind",
  users: 450,
  events: 3000,
  eventsPerSecond: 0.5,
  settings: ({ clientId, clientSecret, restEndpoint, tokenEndpoint, authorizationEndpoint }) => ({
    clientId,
    clientSecret,
    restEndpoint,
    tokenEndpoint,
    authorizationEndpoint,
  }),
};
