import { entraLogs, subscriptionLogs } from "../entra-logs.ts";
import type { LogSource } from "../log-source.ts";

export const logSources: readonly LogSource[] = [...entraLogs, ...subscriptionLogs];
