export * from "./access.ts";
export * from "./activities.ts";
export * from "./instances.ts";
export * from "./oauth-apps.ts";
export * from "./scans.ts";
export * from "./users.ts";
