import type { Settings } from "#src/connector-kit/contract/manifest.ts";

/** Where people sign in; the API is below `api.`. */
const hosts: Readonly<Record<string, string>> = {
  us: "vault.netvoyage.com",
  eu: "eu.netdocuments.com",
  au: "au.netdocuments.com",
  de: "de.netdocuments.com",
  can: "can.netdocuments.com",
};

export const webHost = ({ region = "us" }: Settings): string => hosts[region] ?? "vault.netvoyage.com";

export const baseUrl = (settings: Settings): string => `https://api.${webHost(settings)}`;
