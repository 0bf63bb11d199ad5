import { jsonBody } from "../../kit/body.ts";
import { listingOf, pageAt, placeOf, tokenAt } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import { type AwsCall, refuse } from "./access.ts";
import { awsError, json } from "./answers.ts";
import { timeOf } from "./events.ts";

const regionOf = ({ request }: AwsCall) => request.host.split(".")[1] ?? "";

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html: newest first, 50 a page, 90 days. */
function lookupEvents(call: AwsCall, asked: Record<string, unknown>): SandboxResponse {
  const { tenant, request, now } = call;
  const { timeline } = tenant;
  const start = Math.max(Number(asked.StartTime ?? 0) * 1000, now - 90 * 86_400_000);
  const end = asked.EndTime === undefined ? now : Number(asked.EndTime) * 1000;
  const found: { number: number; at: number }[] = [];
  for (let number = 0; number < timeline.count; number++) {
    const note = timeline.noteAt(number);
    const at = timeOf(timeline.timeAt(number), note);
    if (at >= start && at <= end && (note?.region ?? "us-east-1") === regionOf(call)) found.push({ number, at });
  }
  found.sort((a, b) => b.at - a.at || b.number - a.number);
  const place = placeOf(typeof asked.NextToken === "string" ? asked.NextToken : null);
  if (place === undefined) return awsError(request.host, 400, "InvalidNextTokenException", "The token is not valid.");
  const max = Number(asked.MaxResults ?? 50);
  if (!(max >= 1 && max <= 50))
    return awsError(request.host, 400, "InvalidMaxResultsException", "MaxResults is 1 to 50.");
  const page = pageAt(listingOf(found), place, max);
  const written = page.records.map(({ number, at }) => {
    const record = tenant.record(number);
    const identity = record.userIdentity as Record<string, unknown>;
    return {
      EventId: record.eventID,
      EventName: record.eventName,
      ReadOnly: String(record.readOnly),
      ...(identity.accessKeyId ? { AccessKeyId: identity.accessKeyId } : {}),
      EventTime: at / 1000,
      EventSource: record.eventSource,
      ...(identity.userName ? { Username: identity.userName } : {}),
      Resources: [],
      CloudTrailEvent: JSON.stringify(record),
    };
  });
  const Events = shape(tenant, "activities", written, ["CloudTrailEvent"]);
  return json({ Events, ...(page.next === undefined ? {} : { NextToken: tokenAt(page.next) }) });
}

const answers: Readonly<Record<string, (call: AwsCall, asked: Record<string, unknown>) => SandboxResponse>> = {
  LookupEvents: lookupEvents,
  DescribeTrails: ({ tenant }) =>
    json({
      trailList: [
        {
          Name: "all",
          S3BucketName: `${tenant.options.name}-trail`,
          IncludeGlobalServiceEvents: true,
          IsMultiRegionTrail: true,
          HomeRegion: "us-east-1",
          TrailARN: `arn:aws:cloudtrail:us-east-1:${tenant.account}:trail/all`,
          LogFileValidationEnabled: false,
          HasCustomEventSelectors: false,
          HasInsightSelectors: false,
          IsOrganizationTrail: false,
        },
      ],
    }),
  GetTrailStatus: () => json({ IsLogging: true }),
  GetEventSelectors: ({ tenant }) =>
    json({
      TrailARN: `arn:aws:cloudtrail:us-east-1:${tenant.account}:trail/all`,
      EventSelectors: [{ ReadWriteType: "All", IncludeManagementEvents: true, DataResources: [] }],
    }),
  DescribeConfigurationRecorderStatus: (call) =>
    json({
      ConfigurationRecordersStatus: regionOf(call) === "us-east-1" ? [{ name: "default", recording: true }] : [],
    }),
};

/** CloudTrail and Config: one path, and the operation in a header. */
export function targetCall(call: AwsCall): SandboxResponse {
  const { request } = call;
  const name =
    String(request.headers["x-amz-target"] ?? "")
      .split(".")
      .pop() ?? "";
  const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
  const asked = jsonBody(request);
  if (!answer || !asked) return awsError(request.host, 400, "UnknownOperationException", "There is no such operation.");
  return refuse(call, `${request.host.split(".")[0]}:${name}`) ?? answer(call, asked);
}
