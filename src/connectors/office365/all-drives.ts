import { ifThere } from "#src/connector-kit/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { needObject } from "#src/connector-kit/record.ts";
import { allSites, contentOfSite, type Drive, isDrive, sitePages, toDrive } from "./drives.ts";

/** The drives of all sites and their subsites, by id: a call for each site. */
export async function drivesOfAllSites(context: Context): Promise<Map<string, Drive>> {
  const drives = new Map<string, Drive>();
  for await (const { records, path } of walkPages(context, { name: "sites", first: allSites, page: sitePages }))
    for (const [index, record] of records.entries()) {
      const site = needObject(record, `${path}[${index}]`);
      const personal = site.isPersonalSite === true;
      await ifThere(() => addDrivesOf(context, { id: String(site.id), personal }, drives));
    }
  return drives;
}

async function addDrivesOf(
  context: Context,
  site: { id: string; personal: boolean },
  drives: Map<string, Drive>,
): Promise<void> {
  for await (const { records, path } of walkPages(context, { name: "drives", ...contentOfSite(site) }))
    for (const [index, record] of records.entries()) {
      const raw = needObject(record, `${path}[${index}]`);
      if (raw.locked !== undefined) continue;
      if (isDrive(raw)) {
        const drive = toDrive(raw, `${path}[${index}]`);
        drives.set(drive.id, drive);
      } else await ifThere(() => addDrivesOf(context, { id: String(raw.id), personal: false }, drives));
    }
}
