import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { followTime, type MergedLog, mergeLogs } from "#src/connector-kit/log.ts";
import { isRefused } from "#src/connector-kit/page-walk.ts";
import { naming } from "#src/connector-kit/scopes.ts";
import { ProviderScopeError } from "#src/errors.ts";
import { byPageToken } from "../../_google/paging.ts";
import { toAlert } from "../alerts.ts";
import { type Application, alertLag, applications } from "../applications.ts";
import { manifest } from "../manifest.ts";
import { toActivities } from "../map-activity.ts";
import { scopes } from "../scopes.ts";

const dayMs = 86_400_000;
const recordPages = byPageToken("items", { kind: "admin#reports#activities" });
const alertPages = byPageToken("alerts");

/**
 * All logs of the Reports API and the alerts of the Alert Center as one, each with a position of its own. Logs that an edition does not have are
 * empty or refused, and do not hold up the others.
 */
export const activities: StreamFunction<"ACTIVITIES"> = naming(manifest.streams.ACTIVITIES.scopes, (context, cursor) =>
  mergeLogs(context, cursor, [
    ...applications.map((application) => recordLog(context, application)),
    { name: "alerts", read: readAlerts, required: false, when: holds(context, scopes.alerts) },
  ]),
);

function holds({ credential }: StreamContext, scope: string): boolean {
  return credential?.scopes?.includes(scope) ?? true;
}

/** Source: https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list */
function recordLog({ settings }: StreamContext, application: Application): MergedLog {
  const { name, lag, everyMs, always = false, mail = false } = application;
  const url = `/admin/reports/v1/activity/users/all/applications/${name}`;
  const read: MergedLog["read"] = (context, cursor) =>
    followTime(context, cursor, {
      name: `the ${name} log`,
      of: name,
      first: (from, to) => ({ url, query: { maxResults: 1000, ...span(context, from, to) } }),
      page: recordPages,
      items: toActivities,
      // Newest first: of a long span what is read is kept week by week.
      maxSpanMs: 7 * dayMs,
      ...lag,
      ...(everyMs === undefined ? {} : { everyMs }),
    });
  return {
    name,
    read: always ? read : unlessNotOffered(name, read),
    required: always,
    when: !mail || settings.mailLog === "on",
  };
}

/** Google keeps records for 180 days and refuses an earlier start. */
function span({ now }: StreamContext, from: Date, to: Date | null): Record<string, string> {
  const startTime = new Date(Math.max(from.getTime(), now().getTime() - 180 * dayMs + 60_000)).toISOString();
  return { startTime, ...(to === null ? {} : { endTime: to.toISOString() }) };
}

/** An edition or a region may not know a log: it is denied then, as one that needs a licence is. */
function unlessNotOffered(name: string, read: MergedLog["read"]): MergedLog["read"] {
  return async function* (context, cursor) {
    try {
      yield* read(context, cursor);
    } catch (error) {
      if (!isRefused(error)) throw error;
      throw new ProviderScopeError(`Google does not offer the ${name} log here.`, [], { cause: error });
    }
  };
}

/** Source: https://developers.google.com/workspace/admin/alertcenter/reference/rest/v1beta1/alerts/list */
function readAlerts(context: StreamContext, cursor: string | null) {
  return followTime(context, cursor, {
    name: "the alerts",
    of: "alerts",
    first: (from, to) => {
      const start = `createTime >= "${from.toISOString()}"`;
      const filter = to === null ? start : `${start} AND createTime <= "${to.toISOString()}"`;
      const query = { filter, orderBy: "create_time asc", pageSize: 100 };
      return { url: "https://alertcenter.googleapis.com/v1beta1/alerts", query };
    },
    page: alertPages,
    items: toAlert,
    oldestFirst: true,
    ...alertLag,
  });
}
