import type { StreamFunction, StreamParts } from "#src/connector-kit/contract/streams.ts";
import { followTime } from "#src/connector-kit/log.ts";
import { byToken } from "#src/connector-kit/pagers.ts";
import { StreamCursorError } from "#src/errors.ts";
import { accountOf, accountsOf, cloudTrail, forAccount, jsonRequest, regionsOf } from "../api.ts";
import { fromLookup } from "../map.ts";

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];

/** Each region of each account has a log of its own, and a limit of its own. */
export const activityParts: StreamParts = async (context) => {
  const parts = [];
  for (const account of accountsOf(context))
    for (const region of await regionsOf(context, account))
      parts.push({ name: `${account.id}/${region}`, label: `${account.id} ${region}` });
  return parts;
};

/**
 * Events are mostly there within five minutes; AWS promises no time. They come newest first, and are found for 90 days.
 * Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export const activities: StreamFunction<"ACTIVITIES"> = (context, cursor) => {
  const [id = "", region = ""] = context.part?.split("/") ?? [];
  const account = accountOf(context, id);
  if (!account) throw new StreamCursorError("This account is no longer read.");
  const page = byToken({ list: "Events", next: "NextToken", parameter: "NextToken", in: "json" });
  return followTime(context, cursor, {
    of: `${id}/${region}`,
    name: "CloudTrail events",
    first: (from, to) =>
      jsonRequest(context, "cloudtrail", region, cloudTrail("LookupEvents"), {
        StartTime: Math.floor(from.getTime() / 1000),
        ...(to ? { EndTime: Math.ceil(to.getTime() / 1000) } : {}),
        MaxResults: 50,
      }),
    page: forAccount(account, page),
    items: fromLookup,
    maxSpanMs: dayMs,
    overlapMs: 20 * minuteMs,
    sweeps: [
      { everyMs: hourMs, backMs: 4 * hourMs, pagesPerRun: 50 },
      { everyMs: dayMs, backMs: 3 * dayMs, pagesPerRun: 50 },
    ],
  });
};
