export type Region = "us" | "eu" | "au" | "gov";

export const domains: Readonly<Record<Region, string>> = {
  us: "smartsheet.com",
  eu: "smartsheet.eu",
  au: "smartsheet.au",
  gov: "smartsheetgov.com",
};

export const isRegion = (text: string): text is Region => Object.hasOwn(domains, text);
