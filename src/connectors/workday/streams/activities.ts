import type { ActivityRecord, UnreadableItem } from "#src/connector-kit/contract/records.ts";
import type { StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { followWindows, mergeLogs } from "#src/connector-kit/log.ts";
import { objectOf } from "#src/connector-kit/record.ts";
import { isLogReading } from "../events.ts";
import { activityLog, signOnLog } from "../logs.ts";
import { toActivities } from "../map.ts";
import { isInternalSignOn, toSignOns } from "../map-signon.ts";
import { namedIn, scalarOf } from "../rows.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Rows land this late as a rule. */
const overlapMs = 5 * minuteMs;
/** Some land days later: Workday names no limit. Those of up to four days are met once a day, a day of the log or less in each run. */
const dailySweep = { everyMs: dayMs, backMs: 5 * dayMs, windowsPerRun: 24 };

/**
 * The user activity log and the sign-ons, each oldest first, the one further behind next. A tenant that denies the
 * sign-ons still gives the activities; without the activity log the stream ends with the ProviderScopeError.
 */
export const activities: StreamFunction<"ACTIVITIES"> = (context, cursor) => {
  const { integrationUser, internalSignOns } = context.settings;
  return mergeLogs(context, cursor, [
    {
      name: "activities",
      read: (of, position) =>
        followWindows(of, position, {
          ...activityLog(of),
          items: (rows) => without(toActivities(rows), (record) => isOwnReading(record, integrationUser)),
          overlapMs,
          sweeps: [{ everyMs: 30 * minuteMs, backMs: 2 * 60 * minuteMs }, dailySweep],
        }),
    },
    {
      name: "signOns",
      required: false,
      read: (of, position) =>
        followWindows(of, position, {
          ...signOnLog(of),
          items: (rows) => without(toSignOns(rows), (record) => internalSignOns === "drop" && isInternalSignOn(record)),
          // A sign-off belongs to the row of its sign-on: that one shows how far we are.
          timeOf: ({ eventType, occurredAt }) => (eventType === "Signoff" ? null : occurredAt),
          overlapMs,
          // A row gets its sign-off hours later, in the window of the sign-on.
          sweeps: [{ everyMs: 30 * minuteMs, backMs: 12 * 60 * minuteMs }, dailySweep],
        }),
    },
  ]);
};

function without(
  items: readonly (ActivityRecord | UnreadableItem)[],
  isUnwanted: (record: ActivityRecord) => boolean,
): (ActivityRecord | UnreadableItem)[] {
  return items.filter((item) => "kind" in item || !isUnwanted(item));
}

/** Each reading of the log adds a row to it. */
function isOwnReading({ eventType, raw }: ActivityRecord, integrationUser: string | undefined): boolean {
  if (!integrationUser || !isLogReading(eventType)) return false;
  const account = scalarOf(objectOf(raw).systemAccount);
  return account !== null && namedIn(account).login.toLowerCase() === integrationUser.toLowerCase();
}
