/** Event log files: which there are, in the order in which they were made, and which of them are read. */
import type { UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext } from "#src/connector-kit/contract/streams.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { type Json, needId, needInstant, needObject, needText, readEach } from "#src/connector-kit/record.ts";
import { byLocator, query } from "./api.ts";
import { telemetry } from "./events.ts";
import { fields, fragment, soql } from "./soql.ts";

export interface LogFile {
  id: string;
  eventType: string;
  isDaily: boolean;
  /** The hour, or the day, that it is about. */
  logDate: Date;
  createdAt: Date;
}

const dayMs = 86_400_000;

const columns = fields(["Id", "EventType", "LogDate", "CreatedDate", "Interval", "Sequence", "LogFileLength"]);

/** Sign-ins stand in the login history, at once and with the failed ones. */
const elsewhere = ["Login"];

/** What the objects of Real-Time Event Monitoring hold as well. */
const inRealTime = ["Logout", "LoginAs", "Report", "URI", "ContentTransfer", "PermissionUpdate", "LightningPageView"];

function leftOut({ settings }: StreamContext): string[] {
  return [
    ...elsewhere,
    ...(settings.eventLogFiles === "all" ? [] : telemetry),
    ...(settings.realTimeEvents === "on" ? inRealTime : []),
  ];
}

/**
 * The files made since an instant, the oldest first; of a back-fill those about its span. The whole list is read before the first file is: a
 * position in it does not outlive the reading of a thousand files.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/event_log_file_hourly_overview.htm
 */
export async function listLogFiles(context: StreamContext, since: Date): Promise<(LogFile | UnreadableItem)[]> {
  const { from, to } = context;
  const span =
    to === null
      ? fragment("")
      : fragment(` AND ${soql`LogDate >= ${new Date(from.getTime() - dayMs)} AND LogDate <= ${to}`}`);
  const first = query(
    soql`SELECT ${columns} FROM EventLogFile
         WHERE CreatedDate >= ${since}${span} AND EventType NOT IN ${leftOut(context)}
         ORDER BY CreatedDate ASC, Id ASC`,
  );
  const found: (LogFile | UnreadableItem)[] = [];
  for await (const { records, path } of walkPages(context, { name: "event log files", first, page: byLocator }))
    found.push(...readEach(records, path, toLogFile));
  return found;
}

function toLogFile(value: unknown, path: string): LogFile {
  const raw: Json = needObject(value, path);
  return {
    id: needId(raw.Id, `${path}.Id`),
    eventType: needText(raw.EventType, `${path}.EventType`),
    isDaily: raw.Interval === "Daily" || raw.Sequence === 0,
    logDate: needInstant(raw.LogDate, `${path}.LogDate`),
    createdAt: needInstant(raw.CreatedDate, `${path}.CreatedDate`),
  };
}

/** Of each type, from when to when hourly files are known, as epoch seconds. */
export type HourlySpans = Record<string, [from: number, until: number]>;

/**
 * A daily file holds what the hourly ones of its day hold. It is read only where these may not cover the day: before an org had them, and after it
 * lost them. What is then read twice is the same event, by its id.
 */
export class HourlyCoverage {
  readonly spans: HourlySpans;

  constructor(spans: HourlySpans) {
    this.spans = { ...spans };
  }

  note({ eventType, isDaily, logDate }: LogFile): void {
    if (isDaily) return;
    const at = logDate.getTime() / 1000;
    const [from, until] = this.spans[eventType] ?? [at, at];
    this.spans[eventType] = [Math.min(from, at), Math.max(until, at)];
  }

  covers({ eventType, isDaily, logDate }: LogFile): boolean {
    const span = this.spans[eventType];
    if (!isDaily || !span) return false;
    const start = logDate.getTime() / 1000;
    return span[0] <= start && span[1] >= start + dayMs / 1000;
  }
}
