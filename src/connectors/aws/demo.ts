import type { DemoTenant } from "#src/connector-kit/demo.ts";

export const demo: DemoTenant = {
  title: "Amazon Web Services · Northwind",
  users: 60,
  events: 2500,
  eventsPerSecond: 1,
  settings: ({ roleArn, accessKeyId, secretAccessKey, region }) => ({ roleArn, accessKeyId, secretAccessKey, region }),
  failedSignIn: { type: "ConsoleLogin", outcome: "failure" },
};
