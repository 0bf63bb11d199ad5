import type { ActivityTargetRecord } from "#src/connector-kit/contract/records.ts";
import { type Json, listOf, objectOf, textOf } from "#src/connector-kit/record.ts";

/** Parameters that name what a call is about, the most telling first. Each service spells its own. */
const parameters: readonly (readonly [name: string, type: string])[] = [
  ["userName", "user"],
  ["roleName", "role"],
  ["roleArn", "role"],
  ["groupName", "group"],
  ["policyArn", "policy"],
  ["policyName", "policy"],
  ["accessKeyId", "access key"],
  ["serialNumber", "MFA device"],
  ["bucketName", "bucket"],
  ["functionName", "function"],
  ["secretId", "secret"],
  ["keyId", "key"],
  ["instanceId", "instance"],
  ["groupId", "security group"],
  ["networkAclId", "network ACL"],
  ["snapshotId", "snapshot"],
  ["imageId", "image"],
  ["volumeId", "volume"],
  ["vpcId", "VPC"],
  ["dBInstanceIdentifier", "database"],
  ["dBClusterIdentifier", "database cluster"],
  ["dBSnapshotIdentifier", "database snapshot"],
  ["detectorId", "detector"],
  ["configurationRecorderName", "configuration recorder"],
  ["trailName", "trail"],
  ["logGroupName", "log group"],
  ["queueUrl", "queue"],
  ["topicArn", "topic"],
  ["repositoryName", "repository"],
  ["clusterName", "cluster"],
  ["targetId", "account"],
  ["accountId", "account"],
  ["target", "instance"],
  ["name", "resource"],
];

/** AWS writes this instead of what it does not want to be logged. */
const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";

const nameIn = (id: string) => (id.startsWith("arn:") ? (id.split(/[/:]/).pop() ?? id) : id);

/** What the record is about: an object of a bucket, what the parameters name, resources that AWS lists. Each once. */
export function targetsOf(record: Json): ActivityTargetRecord[] {
  const asked = objectOf(record.requestParameters);
  const found: ActivityTargetRecord[] = [];
  const add = (type: string, id: string | null) => {
    if (id && id !== hidden && !found.some((one) => one.id === id || one.name === nameIn(id)))
      found.push({ type, id, name: nameIn(id) });
  };
  const [bucket, key] = [textOf(asked.bucketName), textOf(asked.key)];
  if (bucket && key) found.push({ type: "object", id: `arn:aws:s3:::${bucket}/${key}`, name: `${bucket}/${key}` });
  for (const [name, type] of parameters) add(type, textOf(asked[name]));
  for (const item of listOf(objectOf(asked.instancesSet).items)) add("instance", textOf(objectOf(item).instanceId));
  for (const item of listOf(objectOf(asked.resourcesSet).items)) add("resource", textOf(objectOf(item).resourceId));
  for (const item of listOf(record.resources)) {
    const { ARN, arn, type, resourceType } = objectOf(item);
    const words = textOf(type) ?? textOf(resourceType) ?? "resource";
    add(words.split("::").pop()?.toLowerCase() ?? "resource", textOf(ARN) ?? textOf(arn));
  }
  return found;
}
