import { archived } from "#src/connector-kit/archived.ts";
import type { Json } from "#src/connector-kit/record.ts";
import { toChange, toDeletion, toGrant, toImpersonation } from "./map-changes.ts";
import { toEvent } from "./map-events.ts";
import { toTransaction } from "./map-transactions.ts";

/** Rows of the six logs, or a page of the Table API. They are distinguished by columns that only one of the tables has. */
export const mapEvent = archived({
  event: "a row of a ServiceNow log",
  hint: "rows have a sys_id, sys_created_on and the columns of sysevent, sys_audit, sys_audit_delete or syslog_transaction",
  lists: ["result"],
  map: (row, path) => mapperOf(row)?.(row, path) ?? null,
});

function mapperOf(row: Json) {
  if ("tablename" in row) return "fieldname" in row ? toChange : toDeletion;
  if ("parm1" in row) return toEvent;
  if ("url" in row && "response_time" in row) return toTransaction;
  if ("impersonated_by" in row) return toImpersonation;
  return "role" in row && "user" in row ? toGrant : null;
}
