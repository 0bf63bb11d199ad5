import { createHash } from "node:crypto";
import { listingOf, pageAt, placeOf, tokenAt } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { shape } from "../../trouble.ts";
import { type AwsCall, refuse } from "./access.ts";
import { awsError, element, xmlAnswer } from "./answers.ts";
import { type Bucket, flags, isPublicPolicy } from "./buckets.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export function listBuckets(call: AwsCall): SandboxResponse {
  const { tenant, request } = call;
  const refusal = refuse(call, "s3:ListAllMyBuckets");
  if (refusal) return refusal;
  const prefix = request.query.get("prefix") ?? "";
  const all = tenant.buckets
    .filter(({ name }) => name.startsWith(prefix))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const page = pageAt(
    listingOf(all),
    placeOf(request.query.get("continuation-token")) ?? 0,
    Number(request.query.get("max-buckets") ?? 10_000),
  );
  const written = page.records.map(({ name, region, createdAt }) => ({
    Name: name,
    CreationDate: new Date(createdAt).toISOString(),
    BucketRegion: region,
  }));
  return xmlAnswer("ListAllMyBucketsResult", {
    Owner: { ID: ownerOf(call) },
    Buckets: { Bucket: shape(tenant, "files", written, ["Name"]) },
    ...(page.next === undefined ? {} : { ContinuationToken: tokenAt(page.next) }),
  });
}

const ownerOf = ({ tenant }: AwsCall) => createHash("sha256").update(tenant.account).digest("hex");

type Part = (call: AwsCall, bucket: Bucket) => SandboxResponse;
const done: SandboxResponse = { status: 200, body: "" };

const none = ({ request }: AwsCall, code: string) => awsError(request.host, 404, code, "It does not exist.");

/** What guards against changes on the way: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html */
function isDamaged({ request }: AwsCall): boolean {
  return createHash("md5").update(request.body).digest("base64") !== request.headers["content-md5"];
}

const parts: Readonly<Record<string, { action: string; run: Part }>> = {
  "GET publicAccessBlock": {
    action: "s3:GetBucketPublicAccessBlock",
    run: (call, { block }) =>
      block ? xmlAnswer("PublicAccessBlockConfiguration", block) : none(call, "NoSuchPublicAccessBlockConfiguration"),
  },
  "PUT publicAccessBlock": {
    action: "s3:PutBucketPublicAccessBlock",
    run: (call, bucket) => {
      if (isDamaged(call))
        return awsError(call.request.host, 400, "BadDigest", "The Content-MD5 you specified did not match.");
      const text = call.request.body.toString();
      bucket.block = Object.fromEntries(flags.map((flag) => [flag, text.includes(`<${flag}>true</${flag}>`)]));
      call.tenant.append({ type: "PutBucketPublicAccessBlock", bucket: bucket.name, failure: false });
      return done;
    },
  },
  "GET policyStatus": {
    action: "s3:GetBucketPolicyStatus",
    run: (call, bucket) =>
      bucket.policy
        ? xmlAnswer("PolicyStatus", { IsPublic: isPublicPolicy(bucket) })
        : none(call, "NoSuchBucketPolicy"),
  },
  "GET policy": {
    action: "s3:GetBucketPolicy",
    run: (call, { policy }) =>
      policy
        ? { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(policy) }
        : none(call, "NoSuchBucketPolicy"),
  },
  "PUT policy": {
    action: "s3:PutBucketPolicy",
    run: (call, bucket) => {
      if (isDamaged(call))
        return awsError(call.request.host, 400, "BadDigest", "The Content-MD5 you specified did not match.");
      bucket.policy = JSON.parse(call.request.body.toString());
      call.tenant.append({ type: "PutBucketPolicy", bucket: bucket.name, failure: false });
      return done;
    },
  },
  "DELETE policy": {
    action: "s3:DeleteBucketPolicy",
    run: (_, bucket) => {
      bucket.policy = undefined;
      return { status: 204 };
    },
  },
  "GET acl": {
    action: "s3:GetBucketAcl",
    run: (call, { grants }) => {
      const owner = ownerOf(call);
      const all = [{ type: "CanonicalUser", name: owner, permission: "FULL_CONTROL" }, ...grants];
      const written = all.map(({ type, name, permission }) => {
        const inner = element(type === "Group" ? "URI" : "ID", name);
        const open = `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${type}">`;
        return `<Grant>${open}${inner}</Grantee>${element("Permission", permission)}</Grant>`;
      });
      const body = `<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${element("Owner", { ID: owner })}<AccessControlList>${written.join("")}</AccessControlList></AccessControlPolicy>`;
      return { status: 200, headers: { "content-type": "application/xml" }, body };
    },
  },
  "GET versioning": {
    action: "s3:GetBucketVersioning",
    run: (_, { isVersioned }) => xmlAnswer("VersioningConfiguration", isVersioned ? { Status: "Enabled" } : {}),
  },
  "GET logging": {
    action: "s3:GetBucketLogging",
    run: (_, { name, isLogged }) =>
      xmlAnswer(
        "BucketLoggingStatus",
        isLogged ? { LoggingEnabled: { TargetBucket: `${name}-access`, TargetPrefix: "" } } : {},
      ),
  },
  "GET encryption": {
    action: "s3:GetEncryptionConfiguration",
    run: () =>
      xmlAnswer("ServerSideEncryptionConfiguration", {
        Rule: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
      }),
  },
};

export function bucketCall(call: AwsCall): SandboxResponse {
  const { tenant, request, parameters } = call;
  const bucket = tenant.buckets.find(({ name }) => name === parameters.bucket);
  if (!bucket) return awsError(request.host, 404, "NoSuchBucket", "The specified bucket does not exist");
  if (request.host !== `s3.${bucket.region}.amazonaws.com`)
    return awsError(
      request.host,
      301,
      "PermanentRedirect",
      "The bucket must be addressed using the specified endpoint.",
    );
  const part = parts[`${request.method} ${[...request.query.keys()][0] ?? ""}`];
  if (!part) return awsError(request.host, 400, "NotImplemented", "There is no such operation.");
  return refuse(call, part.action) ?? part.run(call, bucket);
}
