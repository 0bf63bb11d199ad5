import type { ActivityRecord, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamPage } from "#src/connector-kit/contract/streams.ts";
import { readCursor, storedInstant, writeCursor } from "#src/connector-kit/cursor.ts";
import { isRefused, walkPages } from "#src/connector-kit/page-walk.ts";
import { byOffset } from "#src/connector-kit/pagers.ts";
import { needId, needObject, readEach, textOf } from "#src/connector-kit/record.ts";
import { type ReportState, report } from "#src/connector-kit/report.ts";
import { StreamCursorError } from "#src/errors.ts";
import { type AuditLog, auditLogs } from "./events.ts";
import { Rows } from "./rows.ts";

type Item = ActivityRecord | UnreadableItem;

const path = "/pubapi/v1/audit";
const everything = ["/Shared", "/Private"];
const wanted: Readonly<Partial<Record<AuditLog, object>>> = {
  LOGIN_AUDIT: { events: ["logins", "logouts", "account_lockouts", "password_resets", "failed_attempts"] },
  FILE_AUDIT: { folders: everything },
  PERMISSION_AUDIT: { folders: everything },
};

/** Those that every plan with audit reporting has; of the others a domain may have no report. */
export const isRequired = (log: AuditLog): boolean => log in wanted;

const byRow = byOffset({ list: "events", total: "total_count", limit: ["count", 1000], overlap: 0 });

/**
 * What happened from `since` to before `until`, of one log, read once. Egnyte makes the report in minutes or hours, and wants to be asked at most every
 * two minutes whether it is ready; meanwhile no worker waits. A report that failed or was dropped is asked for again six hours later.
 * Cursor: that of the report, or that it was read.
 * Source: https://developers.egnyte.com/docs/read/Audit_Reporting_API
 */
export async function* auditReport(
  context: StreamContext,
  cursor: string | null,
  log: AuditLog,
  { since, until }: { since: Date; until: Date },
): AsyncGenerator<StreamPage<Item>, void, void> {
  const now = context.now();
  const stored = cursor === null ? {} : readCursor(kind, cursor);
  const notBefore = storedInstant(stored.failedAt, now);
  if (stored.done === true || (notBefore !== null && now.getTime() - notBefore.getTime() < retryMs)) return;
  const type = auditLogs[log];
  const pages = report<Item>(context, textOf(stored.at), {
    name: `the audit report of ${type}`,
    waitMs: 120_000,
    request: async ({ http }) => {
      const [date_start, date_end] = [since, until].map((at) => at.toISOString().slice(0, 10));
      const json = { format: "json", date_start, date_end, ...wanted[log] };
      return needId(needObject((await http.post(`${path}/${type}`, { json })).body, "body").id, "id");
    },
    poll: ({ http }, id) => stateOf(http, id),
    download: async function* (downloading, id) {
      const rows = new Rows();
      const first = `${path}/${type}/${encodeURIComponent(id)}`;
      for await (const { records, path: at } of walkPages(downloading, { name: `${type} report`, first, page: byRow }))
        yield readEach(records, at, (record, place) => rows.map(record, place, log)).filter(
          // The report has whole days.
          (item) => "kind" in item || (item.occurredAt >= since && item.occurredAt < until),
        );
    },
  });
  try {
    for await (const page of pages)
      yield { ...page, cursor: writeCursor(kind, page.cursor === null ? { done: true } : { at: page.cursor }) };
  } catch (error) {
    if (error instanceof StreamCursorError) yield { items: [], cursor: writeCursor(kind, { failedAt: now }) };
    else if (isRefused(error) && !isRequired(log)) yield { items: [], cursor: writeCursor(kind, { done: true }) };
    else throw error;
  }
}

const kind = { form: "audit-report1" };
const retryMs = 6 * 3_600_000;

/** A report that is ready is answered with a redirect to it. */
async function stateOf(http: StreamContext["http"], id: string): Promise<ReportState> {
  const { status, body } = await http.get(`${path}/jobs/${encodeURIComponent(id)}`, { allow: [303] });
  if (status === 303) return { ready: id };
  const state = textOf(needObject(body, "body").status) ?? "";
  return /^(completed|done)$/i.test(state) ? { ready: id } : /fail|error/i.test(state) ? { failed: state } : "pending";
}
