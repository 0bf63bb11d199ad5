import type { LogSource } from "#src/connector-kit/log-source.ts";
import { entraLogs, subscriptionLogs } from "#src/connectors/_microsoft/entra-logs.ts";

export const logSources: readonly LogSource[] = [...entraLogs, ...subscriptionLogs];
