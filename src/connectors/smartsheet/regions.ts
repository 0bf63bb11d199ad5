import type { Settings } from "#src/connector-kit/contract/manifest.ts";

/** Source: https://developers.smartsheet.com/api */
const domains: Readonly<Record<string, string>> = {
  us: "smartsheet.com",
  eu: "smartsheet.eu",
  au: "smartsheet.au",
  gov: "smartsheetgov.com",
};

export const domainOf = ({ region = "us" }: Settings): string => domains[region] ?? "smartsheet.com";

export const apiUrl = (settings: Settings): string => `https://api.${domainOf(settings)}/2.0`;
