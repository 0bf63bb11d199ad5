import { type Config, ConfigError } from "#src/config.ts";
import { openAddressFiles, setAddressFiles } from "#src/inventory/enrichment/sources.ts";

/** Takes the admin's own files about addresses into use. Throws ConfigError naming each that cannot be used. */
export function readAddressFiles({ addressFiles }: Config): void {
  const opened = openAddressFiles(addressFiles);
  if (opened.problems.length > 0) throw new ConfigError(opened.problems);
  setAddressFiles(opened);
}
