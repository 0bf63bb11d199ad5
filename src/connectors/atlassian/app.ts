import { defineApp } from "#src/connector-kit/app.ts";
import { logSources } from "./log-sources.ts";
import { manifest } from "./manifest.ts";

export const atlassian = defineApp({
  manifest,
  logSources,
  load: async () => (await import("./index.ts")).atlassian,
});
