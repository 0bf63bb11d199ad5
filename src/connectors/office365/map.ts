import { archived } from "#src/connector-kit/archived.ts";
import { isDirectoryAudit, toDirectoryAudit } from "../_microsoft/directory-audits.ts";
import { isSignIn, toSignIn } from "../_microsoft/sign-ins.ts";
import { isAuditRecord } from "./audit-record.ts";
import { toAuditActivity } from "./map-audit-record.ts";

/** A record of the unified audit log, an audit of the directory, or a sign-in; one or a list of them, or a page of Graph. */
export const mapEvent = archived({
  event: "an event of Microsoft 365",
  hint: "records of the audit log have an Operation and a RecordType, audits an activityDisplayName, sign-ins a createdDateTime and a status",
  lists: ["value"],
  map: (event, path) => {
    // Rows of the Management Activity API that name content, or subscriptions to it, hold no events.
    if ("contentType" in event && ("contentUri" in event || "webhook" in event)) return [];
    if (isAuditRecord(event)) return toAuditActivity(event, path);
    if (isSignIn(event)) return toSignIn(event, path);
    return isDirectoryAudit(event) ? toDirectoryAudit(event, path) : null;
  },
});
