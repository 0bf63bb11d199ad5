import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  byDefault: true,
  title: "Okta · Northwind",
  users: 320,
  events: 4000,
  eventsPerSecond: 1,
  settings: ({ domain, clientId, keyId, privateKey }) => ({ mode: "oauth", domain, clientId, keyId, privateKey }),
  failedSignIn: { type: "user.session.start", outcome: "failure" },
};
