import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { type Json, listOf, objectOf, readEach } from "#src/connector-kit/record.ts";
import { child, children, textIn } from "#src/connector-kit/xml.ts";
import { type Account, documentOf } from "../api.ts";
import {
  aclOf,
  type Bucket,
  blockIn,
  bucketListing,
  bucketPart,
  hasPublicPolicy,
  type Policy,
  policyOf,
  toBucket,
} from "../buckets.ts";

/** What checks look at of each bucket. */
export async function bucketSettings(context: Context, account: Account): Promise<Json[]> {
  const found: Json[] = [];
  for await (const { records, path } of walkPages(context, bucketListing(context, account)))
    for (const bucket of readEach(records, path, (record, at) => toBucket(record, at, context.settings)))
      if (!("kind" in bucket)) found.push(await settingsOf(context, account, bucket));
  return found;
}

async function settingsOf(context: Context, account: Account, bucket: Bucket): Promise<Json> {
  const part = (name: string) => bucketPart(context, account, bucket, name);
  const versioning = documentOf((await part("versioning")) ?? "<VersioningConfiguration/>", "VersioningConfiguration");
  const logging = documentOf((await part("logging")) ?? "<BucketLoggingStatus/>", "BucketLoggingStatus");
  const encryption = await part("encryption");
  const rules =
    encryption === null ? [] : children(documentOf(encryption, "ServerSideEncryptionConfiguration"), "Rule");
  const { grants } = await aclOf(context, account, bucket);
  return {
    name: bucket.name,
    region: bucket.region,
    block: blockIn(await part("publicAccessBlock")),
    hasPublicPolicy: await hasPublicPolicy(context, account, bucket),
    hasPublicAcl: grants.some(({ isEverybody }) => isEverybody),
    requiresTls: requiresTls(await policyOf(context, account, bucket)),
    isVersioned: textIn(versioning, "Status") === "Enabled",
    hasMfaDelete: textIn(versioning, "MfaDelete") === "Enabled",
    isLogged: textIn(child(logging, "LoggingEnabled"), "TargetBucket") !== null,
    encryption: rules.map((rule) => textIn(child(rule, "ApplyServerSideEncryptionByDefault"), "SSEAlgorithm")),
  };
}

/** Denies everybody what does not come by TLS. */
function requiresTls(policy: Policy | null): boolean {
  return (policy?.Statement ?? []).some(({ Effect, Principal, Condition }) => {
    const everybody = Principal === "*" || listOf([objectOf(Principal).AWS].flat()).includes("*");
    const secure = objectOf(objectOf(Condition).Bool)["aws:SecureTransport"];
    return Effect === "Deny" && everybody && String(secure) === "false";
  });
}
