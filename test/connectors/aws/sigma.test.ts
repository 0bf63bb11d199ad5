import { expect, test } from "vitest";
import { toActivity } from "#src/connectors/aws/map.ts";
import { activity, ruleOf } from "../../detection/sigma/support.ts";
import { ines, record } from "./records.ts";

// Rules of our own in the shape of https://github.com/SigmaHQ/sigma/tree/master/rules/cloud/aws/cloudtrail, whose field names they use.

const rule = (detection: string) =>
  ruleOf(`title: A rule\nlogsource:\n  product: aws\n  service: cloudtrail\ndetection:\n${detection}`);

const call = (service: string, ...names: string[]) =>
  `  selection:\n    eventSource: ${service}.amazonaws.com\n    eventName:\n${names.map((name) => `      - ${name}\n`).join("")}  condition: selection\n`;

function fires(found: ReturnType<typeof rule>, event: Record<string, unknown>): boolean {
  const { eventType, outcome } = toActivity(event, "event");
  return found.matches(activity(event, { eventType, outcome }, "aws"));
}

const other = record("ec2", "DescribeRegions");

test.each<[string, string, Record<string, unknown>]>([
  [
    "logging stopped",
    call("cloudtrail", "StopLogging", "UpdateTrail", "DeleteTrail"),
    record("cloudtrail", "StopLogging"),
  ],
  [
    "a recorder stopped",
    call("config", "DeleteDeliveryChannel", "StopConfigurationRecorder"),
    record("config", "StopConfigurationRecorder"),
  ],
  ["a detector deleted", call("guardduty", "DeleteDetector"), record("guardduty", "DeleteDetector")],
  [
    "findings switched off",
    call("securityhub", "BatchUpdateFindings", "DeleteInsight"),
    record("securityhub", "DeleteInsight"),
  ],
  [
    "root at work",
    "  selection_usertype:\n    userIdentity.type: Root\n  selection_eventtype:\n    eventType: AwsServiceEvent\n  condition: selection_usertype and not selection_eventtype\n",
    record("iam", "ListUsers", { userIdentity: { type: "Root", accountId: "444455556666" } }),
  ],
  [
    "a password for another user",
    "  selection_source:\n    eventSource: iam.amazonaws.com\n    eventName: UpdateLoginProfile\n  filter:\n    userIdentity.arn|fieldref: requestParameters.userName\n  condition: selection_source and not filter\n",
    record("iam", "UpdateLoginProfile", { requestParameters: { userName: "noor" } }),
  ],
  [
    "a console sign-in without a second factor",
    "  selection:\n    eventSource: signin.amazonaws.com\n    eventName: ConsoleLogin\n    additionalEventData.MFAUsed: 'NO'\n    responseElements.ConsoleLogin: Success\n  condition: selection\n",
    record("signin", "ConsoleLogin", {
      additionalEventData: { MFAUsed: "No" },
      responseElements: { ConsoleLogin: "Success" },
    }),
  ],
  [
    "a snapshot shared",
    "  selection_source:\n    - eventSource: ec2.amazonaws.com\n  events:\n    - eventName: ModifySnapshotAttribute\n  condition: selection_source and events\n",
    record("ec2", "ModifySnapshotAttribute"),
  ],
  [
    "a startup script changed",
    "  selection_source:\n    eventSource: ec2.amazonaws.com\n    requestParameters.attribute: userData\n    eventName: ModifyInstanceAttribute\n  condition: selection_source\n",
    record("ec2", "ModifyInstanceAttribute", { requestParameters: { attribute: "userData", instanceId: "i-01" } }),
  ],
  [
    "a public database",
    "  selection_source:\n    eventSource: rds.amazonaws.com\n    responseElements.publiclyAccessible: 'true'\n    eventName: RestoreDBInstanceFromDBSnapshot\n  condition: selection_source\n",
    record("rds", "RestoreDBInstanceFromDBSnapshot", { responseElements: { publiclyAccessible: true } }),
  ],
  [
    "a tool that enumerates",
    "  selection:\n    eventName:\n      - GetSendQuota\n      - ListIdentities\n    userAgent|contains:\n      - boto\n      - aws-cli\n  condition: selection\n",
    record("ses", "GetSendQuota"),
  ],
  [
    "a call that was refused",
    "  selection:\n    eventName|startswith: Put\n    errorCode|contains: AccessDenied\n  condition: selection\n",
    record("iam", "PutUserPolicy", { errorCode: "AccessDenied" }),
  ],
  [
    "a key for somebody else",
    "  selection:\n    eventSource: iam.amazonaws.com\n    eventName: CreateAccessKey\n  filter:\n    userIdentity.userName|contains: responseElements.accessKey.userName\n  condition: selection and not filter\n",
    record("iam", "CreateAccessKey", { userIdentity: ines, responseElements: { accessKey: { userName: "noor" } } }),
  ],
])("a rule for %s fires on the event and on no other", (_, detection, event) => {
  const found = rule(detection);
  expect(fires(found, event)).toBe(true);
  expect(fires(found, other)).toBe(false);
});
