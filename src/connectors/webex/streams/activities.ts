import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { followTime, mergeLogs, type TimeLog } from "#src/connector-kit/log.ts";
import { byItems, orgOf } from "../api.ts";
import { fromAudit, fromCompliance } from "../map.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Webex refuses to go back further for compliance events (90 days); a run takes a while to come to its first window. */
export const maxComplianceMs = 89 * dayMs;

/** Webex documents no delay. Late records are met by an overlap of ten minutes, the last three hours once an hour, and two days once a day. */
const late = {
  page: byItems,
  overlapMs: 10 * minuteMs,
  sweeps: [
    { everyMs: hourMs, backMs: 3 * hourMs },
    { everyMs: dayMs, backMs: 2 * dayMs },
  ],
} satisfies Partial<TimeLog>;

/**
 * Three logs, of which those that are denied are left out: the actions of administrators, sign-ins of everybody (with Pro Pack), and what people do
 * in spaces (for a Compliance Officer).
 * Source: https://developer.webex.com/docs/api/v1/admin-audit-events, …/security-audit-events, …/events
 */
export const activities: StreamFunction<"ACTIVITIES"> = async function* (context, cursor) {
  const orgId = orgOf(context);
  const follow = (log: TimeLog) => (of: StreamContext, at: string | null) => followTime(of, at, log);
  yield* mergeLogs(context, cursor, [
    {
      name: "adminAudit",
      required: false,
      read: follow({
        ...{ ...late, name: "admin audit events", maxSpanMs: 30 * dayMs, items: fromAudit },
        first: (from, to) => ({
          url: "/adminAudit/events",
          query: { orgId, from: after(from), to: (to ?? context.now()).toISOString(), max: 200 },
        }),
      }),
    },
    {
      name: "securityAudit",
      required: false,
      read: follow({
        ...{ ...late, name: "security audit events", maxSpanMs: 30 * dayMs, items: fromAudit },
        first: (from, to) => ({
          url: "/admin/securityAudit/events",
          query: { orgId, startTime: after(from), endTime: (to ?? context.now()).toISOString(), max: 1000 },
        }),
      }),
    },
    {
      name: "compliance",
      required: false,
      read: follow({
        ...{ ...late, name: "compliance events", maxSpanMs: dayMs, items: fromCompliance },
        first: (from, to) => ({ url: "/events", query: { ...complianceSpan(context.now(), from, to), max: 1000 } }),
      }),
    },
  ]);
};

/** Events “after” a time: what happened at that instant may be left out. */
function after(from: Date): string {
  return new Date(from.getTime() - 1).toISOString();
}

/** Webex refuses an end in the future, and its clock may be behind ours: a span that ends now has no end. */
export function complianceSpan(now: Date, from: Date, to: Date | null): { from: string; to?: string } {
  const start = new Date(Math.max(from.getTime(), now.getTime() - maxComplianceMs));
  const isOpen = to === null || now.getTime() - to.getTime() < minuteMs;
  return { from: after(start), ...(isOpen ? {} : { to: to.toISOString() }) };
}
