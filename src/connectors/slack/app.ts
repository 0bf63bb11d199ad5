import { defineApp } from "#src/connector-kit/app.ts";
import { manifest } from "./manifest.ts";

export const slack = defineApp({ manifest, load: async () => (await import("./index.ts")).slack });
