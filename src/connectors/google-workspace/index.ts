import type { PlannedApp } from "#src/connector-kit/connector.ts";
import { logSources } from "./log-sources.ts";
import { manifest } from "./manifest.ts";

export const googleWorkspace: PlannedApp = { manifest, logSources };
