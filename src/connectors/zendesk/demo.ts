import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  title: "Zendesk · Northwind",
  users: 60,
  events: 2000,
  eventsPerSecond: 0.4,
  settings: ({ subdomain, email, token }) => ({ mode: "token", subdomain, email, token }),
};
