import { expect, test } from "vitest";
import { mapEvent, toActivity } from "#src/connectors/aws/map.ts";
import { InvalidInputError } from "#src/errors.ts";
import { account, asRole, ines, record } from "./records.ts";

const mapped = (...given: Parameters<typeof record>) => toActivity(record(...given), "event");
const signIn = (fields: Record<string, unknown> = {}) =>
  mapped("signin", "ConsoleLogin", {
    eventType: "AwsConsoleSignIn",
    responseElements: { ConsoleLogin: "Success" },
    additionalEventData: { MFAUsed: "Yes" },
    ...fields,
  });

test.each<[string, Record<string, unknown>, object, boolean]>([
  ["an IAM user", ines, { externalId: "AIDATESTINES000000001", login: `${account}/ines`, name: "ines" }, false],
  [
    "the root user",
    { type: "Root", principalId: account, accountId: account, arn: `arn:aws:iam::${account}:root` },
    { externalId: account, login: `${account}/root`, type: "HUMAN" },
    false,
  ],
  [
    "a role that a machine assumed",
    asRole("i-0123456789abcdef0"),
    {
      externalId: "AROATEST0000000000001",
      login: `${account}/role/deploy`,
      name: "i-0123456789abcdef0 (deploy)",
      type: "SERVICE",
    },
    false,
  ],
  [
    "a role that a person acts as",
    asRole("noor@tern.example", "AWSReservedSSO_Admin_0a1b2c3d"),
    { externalId: "AROATEST0000000000001", name: "noor@tern.example (AWSReservedSSO_Admin_0a1b2c3d)", type: "HUMAN" },
    true,
  ],
  [
    "a federated user",
    {
      ...{ type: "FederatedUser", principalId: `${account}:guest`, accountId: account },
      sessionContext: { sessionIssuer: { type: "IAMUser", principalId: "AIDATESTINES000000001", userName: "ines" } },
    },
    { externalId: "AIDATESTINES000000001", login: `${account}/ines`, name: "guest (ines)" },
    true,
  ],
  [
    "somebody of another account",
    { type: "AWSAccount", principalId: "AIDAOTHER00000000001", accountId: "999988887777" },
    { isAccount: false, name: "Account 999988887777" },
    false,
  ],
  [
    "a service",
    { type: "AWSService", invokedBy: "backup.amazonaws.com" },
    { name: "backup.amazonaws.com", isAccount: false, type: "SERVICE" },
    false,
  ],
  [
    "a person of Identity Center",
    { type: "IdentityCenterUser", accountId: account, onBehalfOf: { userId: "94482488-3041-7026-18f3-be45837cd0e4" } },
    { name: "94482488-3041-7026-18f3-be45837cd0e4", isAccount: false },
    false,
  ],
])("%s is named as who acted", (_, userIdentity, actor, impersonated) => {
  const found = mapped("ec2", "DescribeInstances", { userIdentity });
  expect(found.actor).toMatchObject(actor);
  expect(found.impersonated).toBe(impersonated);
});

test("a sign-in at the console states its outcome and its second factor", () => {
  expect(signIn()).toMatchObject({
    ...{ category: "LOG_ON", action: "SIGN_IN", outcome: "SUCCESS", interactive: true, ipAddress: "192.0.2.7" },
    description: "ines signed in to the console (with a second factor)",
  });
  const failed = signIn({
    userIdentity: { ...ines, principalId: undefined, userName: "HIDDEN_DUE_TO_SECURITY_REASONS", arn: undefined },
    errorMessage: "No username found in supplied account",
    responseElements: { ConsoleLogin: "Failure" },
    additionalEventData: { MFAUsed: "No" },
  });
  expect(failed).toMatchObject({
    ...{ outcome: "FAILURE", actor: { isAccount: false, name: "Someone" } },
    description:
      "Someone signed in to the console (without a second factor) (failed: No username found in supplied account)",
  });
});

test.each<[string, string, Record<string, unknown>, object]>([
  [
    "iam",
    "AttachUserPolicy",
    { requestParameters: { userName: "noor", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" } },
    {
      category: "ADMIN",
      action: "GRANT",
      description: "ines gave the user noor the permissions of a policy (AdministratorAccess)",
    },
  ],
  [
    "iam",
    "UpdateLoginProfile",
    { requestParameters: { userName: "noor" } },
    { category: "ADMIN", action: "RESET_CREDENTIAL" },
  ],
  ["cloudtrail", "StopLogging", { requestParameters: { name: "all" } }, { category: "ADMIN", action: "DISABLE" }],
  ["ec2", "DescribeInstances", {}, { category: "USER", action: "READ", description: "ines looked at instances (ec2)" }],
  [
    "ec2",
    "RunInstances",
    { errorCode: "Client.UnauthorizedOperation" },
    { category: "USER", action: "EXECUTE", outcome: "FAILURE" },
  ],
  [
    "rds",
    "FailoverDBCluster",
    { requestParameters: { dBClusterIdentifier: "orders" } },
    { action: "EXECUTE", description: "ines triggered a failover of a DB cluster (rds): orders" },
  ],
  [
    "lambda",
    "UpdateFunctionCode20150331v2",
    { requestParameters: { functionName: "orders" } },
    { action: "UPDATE", eventType: "UpdateFunctionCode20150331v2" },
  ],
  [
    "sts",
    "AssumeRole",
    { requestParameters: { roleArn: `arn:aws:iam::${account}:role/deploy` } },
    { category: "LOG_ON", action: "SIGN_IN" },
  ],
  [
    "s3",
    "GetObject",
    { requestParameters: { bucketName: "tern-data", key: "a/b.csv" } },
    {
      action: "DOWNLOAD",
      targets: [
        { type: "object", id: "arn:aws:s3:::tern-data/a/b.csv", name: "tern-data/a/b.csv" },
        { type: "bucket" },
      ],
    },
  ],
  ["newservice", "FrobnicateWidget", {}, { unmapped: true, category: "USER" }],
  ["kms", "Decrypt", { sourceIPAddress: "secretsmanager.amazonaws.com" }, { ipAddress: null, category: "USER" }],
])("%s %s means what its sentence states", (service, eventName, fields, expected) => {
  expect(mapped(service, eventName, fields)).toMatchObject(expected);
});

test("records are found in files of trails, answers of LookupEvents and deliveries, and nothing else is taken for one", () => {
  const one = record("iam", "CreateUser");
  const expected = [toActivity(one, "event")];
  const lookup = { Events: [{ EventId: one.eventID, CloudTrailEvent: JSON.stringify(one) }] };
  for (const archive of [
    one,
    [one],
    { Records: [one] },
    lookup,
    { "detail-type": "AWS API Call via CloudTrail", detail: one },
  ])
    expect(mapEvent(archive)).toEqual(expected);
  expect(() => mapEvent({ Credentials: { SecretAccessKey: "x" } })).toThrow(InvalidInputError);
});
