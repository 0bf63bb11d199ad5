import type { LogSource } from "#src/connector-kit/log-source.ts";
import { logSources } from "#src/connectors/index.ts";
import { UnsupportedRule } from "./errors.ts";

/** A log that a rule speaks of, in the words of one connector. */
export interface ReadLog {
  connectorSlug: string;
  source: LogSource;
}

export interface LogSourceNames {
  product: string | null;
  service: string | null;
  category: string | null;
}

/** The logs we read of those that a rule names. Throws UnsupportedRule when it is none. */
export function logsOf({ product, service, category }: LogSourceNames): ReadLog[] {
  const named = [
    product && `product ${product}`,
    service && `service ${service}`,
    category && `category ${category}`,
  ].filter(Boolean);
  if (category !== null || product === null)
    throw new UnsupportedRule(`no connector reads the log source: ${named.join(", ") || "nothing is named"}`);
  const known = logSources.flatMap(({ connectorSlug, sources }) =>
    sources.filter((source) => source.product === product.toLowerCase()).map((source) => ({ connectorSlug, source })),
  );
  const logs = known.filter(({ source }) => source.services.includes(service?.toLowerCase() ?? null));
  if (logs.length > 0) return logs;
  // A product without a service is all of its logs.
  if (service === null && known.length > 0) return known;
  throw new UnsupportedRule(`no connector reads the log source: ${named.join(", ")}`);
}
