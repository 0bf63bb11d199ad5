import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  byDefault: true,
  title: "Workplace · Northwind",
  users: 260,
  events: 0,
  eventsPerSecond: 1,
  settings: ({ appId, appSecret }) => ({ appId, appSecret }),
};
