/** Records in CloudTrail's shape: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */

type Fields = Record<string, unknown>;

export const account = "444455556666";

export const ines: Fields = {
  type: "IAMUser",
  principalId: "AIDATESTINES000000001",
  arn: `arn:aws:iam::${account}:user/ines`,
  accountId: account,
  userName: "ines",
};

export const asRole = (session: string, role = "deploy"): Fields => ({
  type: "AssumedRole",
  principalId: `AROATEST0000000000001:${session}`,
  arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
  accountId: account,
  accessKeyId: "ASIATEST000000000001",
  sessionContext: {
    sessionIssuer: {
      ...{ type: "Role", principalId: "AROATEST0000000000001", accountId: account, userName: role },
      arn: `arn:aws:iam::${account}:role/${role}`,
    },
    attributes: { mfaAuthenticated: "true", creationDate: "2026-11-18T07:00:00Z" },
  },
});

/** A record of the tenant; what is given replaces or adds to it. */
export function record(service: string, eventName: string, fields: Fields = {}): Fields {
  return {
    eventVersion: "1.11",
    userIdentity: ines,
    eventTime: "2026-11-18T07:42:19Z",
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: "eu-west-1",
    sourceIPAddress: "192.0.2.7",
    userAgent: "aws-cli/2.31.0",
    requestParameters: null,
    responseElements: null,
    eventID: "5d1f0c11-9c1a-4a55-8a0e-0a4b4c3d2e1f",
    readOnly: false,
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: account,
    ...fields,
  };
}
