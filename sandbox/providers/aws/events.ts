import { hex, mix, originAt, uuidAt } from "../../generator.ts";
import { EventMix } from "../../kit/event-mix.ts";
import { type IamUsers, type Roles, roleNames } from "./iam.ts";
import { instant } from "./iam-records.ts";

/** What makes an event that happens now differ from a generated one. */
export interface EventNote {
  type?: string;
  /** Index of a user. */
  actor?: number;
  ip?: string;
  failure?: boolean;
  /** Index of the user it was done to. */
  about?: number;
  bucket?: string;
  region?: string;
  /** Epoch ms that the record bears, where CloudTrail delivered it later. */
  occurredAt?: number;
}

export interface EventParts {
  seed: number;
  account: string;
  users: IamUsers;
  roles: Roles;
}

interface EventType {
  name: string;
  source: string;
  by: "user" | "role" | "root" | "service";
  weight: number;
  readOnly?: boolean;
  /** `{user}`, `{role}`, `{bucket}` and `{n}` are filled in. */
  parameters?: Record<string, string>;
}

const type = (
  source: string,
  name: string,
  by: EventType["by"],
  weight: number,
  more: Partial<EventType> = {},
): EventType => ({
  ...{ source: `${source}.amazonaws.com`, name, by, weight, readOnly: /^(Describe|List|Get|Lookup)/.test(name) },
  ...more,
});
const user = { parameters: { userName: "{user}" } };
const policy = { parameters: { userName: "{user}", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" } };
const bucket = { parameters: { bucketName: "{bucket}" } };

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-aws-service-specific-topics.html */
export const types: readonly EventType[] = [
  type("signin", "ConsoleLogin", "user", 12),
  type("sts", "AssumeRole", "user", 10, { parameters: { roleArn: "{role}", roleSessionName: "cli" } }),
  type("sts", "AssumeRole", "service", 6, { parameters: { roleArn: "{role}", roleSessionName: "backup" } }),
  type("iam", "ListUsers", "role", 8),
  type("iam", "CreateAccessKey", "user", 2, user),
  type("iam", "CreateUser", "role", 1, user),
  type("iam", "DeleteUser", "role", 1, user),
  type("iam", "AttachUserPolicy", "role", 2, policy),
  type("iam", "DetachUserPolicy", "role", 1, policy),
  type("iam", "AddUserToGroup", "role", 1, { parameters: { userName: "{user}", groupName: "Engineering" } }),
  type("iam", "RemoveUserFromGroup", "role", 1, { parameters: { userName: "{user}", groupName: "Engineering" } }),
  type("ec2", "DescribeInstances", "role", 20),
  type("ec2", "RunInstances", "role", 4, { parameters: { instanceType: "t3.micro" } }),
  type("ec2", "TerminateInstances", "role", 2, { parameters: { instanceId: "i-0{n}" } }),
  type("ec2", "AuthorizeSecurityGroupIngress", "user", 2, { parameters: { groupId: "sg-0{n}" } }),
  type("s3", "ListBuckets", "user", 8),
  type("s3", "PutBucketPolicy", "user", 2, bucket),
  type("s3", "PutBucketPublicAccessBlock", "user", 1, bucket),
  type("s3", "CreateBucket", "user", 1, bucket),
  type("kms", "Decrypt", "role", 6, {
    readOnly: true,
    parameters: { keyId: "arn:aws:kms:us-east-1:111122223333:key/{n}" },
  }),
  type("secretsmanager", "GetSecretValue", "role", 4, { parameters: { secretId: "prod/db" } }),
  type("lambda", "UpdateFunctionCode20150331v2", "role", 2, { parameters: { functionName: "orders" } }),
  type("cloudtrail", "StopLogging", "user", 0, { parameters: { name: "all" } }),
  type("iam", "UpdateAccessKey", "user", 1, { parameters: { userName: "{user}", status: "Inactive" } }),
  type("iam", "GetAccountSummary", "root", 1),
];

const generated = new EventMix(types, ({ weight }) => weight);

export function eventType(name: string): EventType {
  const found = types.find((one) => one.name === name);
  if (!found) throw new Error(`no such event: ${name}`);
  return found;
}

export function typeAt({ seed }: EventParts, number: number, note: EventNote | undefined): EventType {
  if (note?.type) return eventType(note.type);
  return note?.failure ? eventType("ConsoleLogin") : generated.pick(mix(seed, number, 751));
}

/** CloudTrail writes whole seconds. */
export function timeOf(at: number, note: EventNote | undefined): number {
  return Math.floor((note?.occurredAt ?? at) / 1000) * 1000;
}

const serviceName = "backup.amazonaws.com";

function userAt({ seed, users }: EventParts, number: number, note: EventNote | undefined): number {
  return note?.actor ?? mix(seed, number, 752) % Math.max(1, users.count);
}

/** Who did it: the id of a user, a role or the account; the name of a service. */
export function actorAt(parts: EventParts, number: number, note: EventNote | undefined): string {
  const { by } = typeAt(parts, number, note);
  if (note?.actor !== undefined || by === "user") return parts.users.idOf(userAt(parts, number, note));
  if (by === "root") return parts.account;
  return by === "service" ? serviceName : parts.roles.idOf(mix(parts.seed, number, 753) % 3);
}

function identityAt(parts: EventParts, number: number, note: EventNote | undefined): Record<string, unknown> {
  const { account, users, roles, seed } = parts;
  const { by, name } = typeAt(parts, number, note);
  if (note?.actor !== undefined || by === "user") {
    const index = userAt(parts, number, note);
    const isKey = name !== "ConsoleLogin" && number % 3 !== 0;
    return {
      ...{ type: "IAMUser", principalId: users.idOf(index), arn: users.arnOf(index), accountId: account },
      ...(isKey && { accessKeyId: users.keyOf(index) }),
      userName: users.nameOf(index),
    };
  }
  if (by === "root")
    return { type: "Root", principalId: account, arn: `arn:aws:iam::${account}:root`, accountId: account };
  if (by === "service") return { type: "AWSService", invokedBy: serviceName };
  const index = mix(seed, number, 753) % 3;
  const session =
    index === 2 ? users.emailOf(mix(seed, number, 754) % users.count) : `i-0${hex(mix(seed, index, 755))}`;
  return {
    type: "AssumedRole",
    principalId: `${roles.idOf(index)}:${session}`,
    arn: `arn:aws:sts::${account}:assumed-role/${roleNames[index]}/${session}`,
    accountId: account,
    accessKeyId: `ASIA${hex(mix(seed, number, 756)).toUpperCase()}EXAMPLE0`,
    sessionContext: {
      sessionIssuer: {
        ...{ type: "Role", principalId: roles.idOf(index), arn: roles.arnOf(index) },
        ...{ accountId: account, userName: roleNames[index] },
      },
      attributes: { mfaAuthenticated: String(index === 2), creationDate: "2026-11-01T08:00:00Z" },
    },
  };
}

export const eventIdAt = ({ seed }: EventParts, number: number): string => uuidAt(seed, number, 76);

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
export function recordAt(
  parts: EventParts & { buckets: readonly { name: string }[] },
  number: number,
  at: number,
  note: EventNote | undefined,
): Record<string, unknown> {
  const { seed, users, roles, account, buckets } = parts;
  const event = typeAt(parts, number, note);
  const index = userAt(parts, number, note);
  const about = note?.about ?? mix(seed, number, 757) % Math.max(1, users.count);
  const origin = originAt(seed, index, number);
  const fill = (text: string) =>
    text
      .replace("{user}", users.nameOf(about))
      .replace("{role}", roles.arnOf(mix(seed, number, 758) % 3))
      .replace("{bucket}", note?.bucket ?? buckets[mix(seed, number, 759) % buckets.length]?.name ?? "")
      .replace("{n}", hex(mix(seed, number, 760)));
  const asked = Object.entries(event.parameters ?? {}).map(([name, value]) => [name, fill(value)]);
  const isSignIn = event.name === "ConsoleLogin";
  const isRefused = note?.failure ?? (note === undefined && mix(seed, number, 761) % 25 === 0);
  const failure = isSignIn
    ? { errorMessage: "Failed authentication" }
    : { errorCode: "AccessDenied", errorMessage: "User is not authorized to perform this action" };
  return {
    eventVersion: "1.11",
    userIdentity: identityAt(parts, number, note),
    eventTime: instant(timeOf(at, note)),
    eventSource: event.source,
    eventName: event.name,
    awsRegion: note?.region ?? "us-east-1",
    sourceIPAddress: event.by === "service" ? serviceName : (note?.ip ?? origin.ip),
    userAgent: event.by === "service" ? serviceName : origin.agent.raw,
    ...(isRefused && failure),
    requestParameters: asked.length > 0 ? Object.fromEntries(asked) : null,
    responseElements: isSignIn ? { ConsoleLogin: isRefused ? "Failure" : "Success" } : null,
    ...(isSignIn && {
      additionalEventData: {
        LoginTo: "https://console.aws.amazon.com/",
        MobileVersion: "No",
        MFAUsed: number % 3 === 0 ? "No" : "Yes",
      },
    }),
    ...(!isSignIn && { requestID: uuidAt(seed, number, 77) }),
    eventID: eventIdAt(parts, number),
    readOnly: isSignIn ? false : (event.readOnly ?? false),
    eventType: isSignIn ? "AwsConsoleSignIn" : "AwsApiCall",
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: "Management",
  };
}
