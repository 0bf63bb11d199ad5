import type { StreamContext, StreamPart } from "#src/connector-kit/contract/streams.ts";
import { followTime } from "#src/connector-kit/log.ts";
import { auditScopes } from "../../_microsoft/app-settings.ts";
import { toDirectoryAudit } from "../../_microsoft/directory-audits.ts";
import { entraLog } from "../../_microsoft/sign-in-log.ts";

export const auditPart: StreamPart = {
  name: "directory-audits",
  label: "Audits of the directory",
  scopes: auditScopes,
  categories: ["USER", "ADMIN"],
};

/**
 * What happens in the directory. Kept for 7 days, 30 with Microsoft Entra ID P1 or P2.
 * Source: https://learn.microsoft.com/en-us/graph/api/directoryaudit-list
 */
export function readDirectoryAudits(context: StreamContext, cursor: string | null) {
  return followTime(context, cursor, {
    ...entraLog,
    name: auditPart.name,
    of: auditPart.name,
    first: (from, to) => {
      const end = to ?? context.now();
      const filter = `activityDateTime ge ${from.toISOString()} and activityDateTime le ${end.toISOString()}`;
      return `/auditLogs/directoryAudits?${new URLSearchParams({ $filter: filter, $top: "999" })}`;
    },
    items: toDirectoryAudit,
  });
}
