import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  title: "Smartsheet · Northwind",
  users: 160,
  events: 3000,
  eventsPerSecond: 0.5,
  settings: ({ token }) => ({ mode: "token", token }),
};
