import type { PlannedApp } from "#src/connector-kit/connector.ts";
import { manifest } from "./manifest.ts";

export const zendesk: PlannedApp = { manifest };
