/** Reading buckets. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ */
import { ifThere } from "#src/connector-kit/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import type { Pager } from "#src/connector-kit/pagers.ts";
import { toRequest } from "#src/connector-kit/pagers.ts";
import { isObject, type Json, needList, needObject, needText, valueAt } from "#src/connector-kit/record.ts";
import { child, children, flagIn, textIn, type Xml } from "#src/connector-kit/xml.ts";
import { ProviderNotFoundError } from "#src/errors.ts";
import { type Account, documentOf } from "./api.ts";
import { endpoint } from "./endpoints.ts";

export interface Bucket {
  name: string;
  region: string;
  createdAt: string | null;
}

export const blockFlags = [
  "BlockPublicAcls",
  "IgnorePublicAcls",
  "BlockPublicPolicy",
  "RestrictPublicBuckets",
] as const;
export type PublicAccessBlock = Record<(typeof blockFlags)[number], boolean>;
export const noBlock: PublicAccessBlock = {
  BlockPublicAcls: false,
  IgnorePublicAcls: false,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
};

/** Pages of buckets with their regions, which AWS names only where it is asked for pages. */
export function bucketListing(context: Context, { id, http }: Account, prefix?: string) {
  const { settings } = context;
  const home = settings.region ?? "us-east-1";
  const page: Pager = async (_, first, at) => {
    context.signal.throwIfAborted();
    const request = toRequest(first);
    const query = { ...request.query, ...(at === null ? {} : { "continuation-token": at }) };
    const { body } = await http.request<string>({ ...request, query });
    const result = documentOf(body, "ListAllMyBucketsResult");
    const records = result.Buckets === "" ? [] : needList(valueAt(result.Buckets, "Bucket"), "Buckets.Bucket");
    return { records, path: "Buckets.Bucket", next: textIn(result, "ContinuationToken"), body };
  };
  const first = {
    url: `${endpoint(settings, "s3", home)}/`,
    query: { "max-buckets": 100, ...(prefix ? { prefix } : {}) },
    accept: "text",
  } as const;
  return { name: `buckets of ${id}`, first, page };
}

export function toBucket(record: unknown, path: string, settings: Context["settings"]): Bucket {
  const bucket = needObject(record, path) as Xml;
  return {
    name: needText(bucket.Name, `${path}.Name`),
    region: textIn(bucket, "BucketRegion") ?? settings.region ?? "us-east-1",
    createdAt: textIn(bucket, "CreationDate"),
  };
}

/** One bucket by its name. Throws ProviderNotFoundError. */
export async function findBucket(context: Context, account: Account, name: string): Promise<Bucket> {
  const { first, page } = bucketListing(context, account, name);
  for (let at: string | null = null; ; ) {
    const { records, path, next } = await page(context, first, at);
    const buckets = records.map((one, index) => toBucket(one, `${path}[${index}]`, context.settings));
    const found = buckets.find((bucket) => bucket.name === name);
    if (found) return found;
    if (next === null) throw new ProviderNotFoundError("There is no such bucket in the account.");
    at = next;
  }
}

/** `https://s3.eu-west-1.amazonaws.com/acme-data?policy`: by path, since names with dots fit no certificate. */
export function bucketUrl(context: Context, { name, region }: Bucket, part: string): string {
  return `${endpoint(context.settings, "s3", region)}/${encodeURIComponent(name)}?${part}`;
}

/** A part of a bucket's settings as text; null where it has none. */
export function bucketPart(context: Context, { http }: Account, bucket: Bucket, part: string): Promise<string | null> {
  return ifThere(async () => {
    const { body } = await http.request<string>({ url: bucketUrl(context, bucket, part), accept: "text" });
    return body;
  });
}

export function blockIn(text: string | null): PublicAccessBlock | null {
  if (text === null) return null;
  const block = documentOf(text, "PublicAccessBlockConfiguration");
  return {
    BlockPublicAcls: flagIn(block, "BlockPublicAcls") ?? false,
    IgnorePublicAcls: flagIn(block, "IgnorePublicAcls") ?? false,
    BlockPublicPolicy: flagIn(block, "BlockPublicPolicy") ?? false,
    RestrictPublicBuckets: flagIn(block, "RestrictPublicBuckets") ?? false,
  };
}

export async function accountBlock(context: Context, { id, http }: Account): Promise<PublicAccessBlock | null> {
  const host = endpoint(context.settings, `${id}.s3-control`, context.settings.region ?? "us-east-1");
  const url = `${host}/v20180820/configuration/publicAccessBlock`;
  const text = await ifThere(async () => {
    const { body } = await http.request<string>({ url, headers: { "x-amz-account-id": id }, accept: "text" });
    return body;
  });
  return blockIn(text);
}

export async function hasPublicPolicy(context: Context, account: Account, bucket: Bucket): Promise<boolean> {
  const text = await bucketPart(context, account, bucket, "policyStatus");
  return text !== null && flagIn(documentOf(text, "PolicyStatus"), "IsPublic") === true;
}

export interface Grant {
  /** Canonical id of an account, or the URI of a group of everybody. */
  grantee: string;
  isEverybody: boolean;
  permission: string;
}

export interface Acl {
  owner: string | null;
  grants: Grant[];
}

const everybody = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;

export async function aclOf(context: Context, account: Account, bucket: Bucket): Promise<Acl> {
  const text = await bucketPart(context, account, bucket, "acl");
  const policy = documentOf(text ?? "<AccessControlPolicy/>", "AccessControlPolicy");
  const grants = children(child(policy, "AccessControlList"), "Grant").flatMap((grant): Grant[] => {
    const grantee = child(grant, "Grantee");
    const name = textIn(grantee, "ID") ?? textIn(grantee, "URI") ?? textIn(grantee, "EmailAddress");
    if (name === null) return [];
    return [{ grantee: name, isEverybody: everybody.test(name), permission: textIn(grant, "Permission") ?? "" }];
  });
  return { owner: textIn(child(policy, "Owner"), "ID"), grants };
}

export type Policy = Json & { Statement: Json[] };

/** Null for a bucket without a policy. Throws ProviderResponseError for what is none. */
export async function policyOf(context: Context, { http }: Account, bucket: Bucket): Promise<Policy | null> {
  const found = await ifThere(async () => (await http.request({ url: bucketUrl(context, bucket, "policy") })).body);
  return found === null ? null : toPolicy(found);
}

export function toPolicy(value: unknown): Policy {
  const policy = needObject(value, "policy");
  const statements = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  return { ...policy, Statement: statements.filter(isObject) };
}

/** The AWS principals of a statement: ARNs, account ids, `*`. */
export function principalsOf({ Principal }: Json): string[] {
  const named = isObject(Principal) ? Principal.AWS : Principal;
  return (Array.isArray(named) ? named : [named]).flatMap((one) => (typeof one === "string" ? [one] : []));
}

/** The account of a principal: of `arn:aws:iam::111122223333:role/Reader`, or an id itself. */
export function accountIn(principal: string): string | null {
  if (/^\d{12}$/.test(principal)) return principal;
  return /^arn:[\w-]+:(?:iam|sts)::(\d{12}):/.exec(principal)?.[1] ?? null;
}

/** Denies the content of a bucket to everybody, whatever else allows it. */
export const quarantineId = "GatehouseQuarantine";

export const isQuarantined = (policy: Policy | null): boolean =>
  policy?.Statement.some(({ Sid, Effect }) => Sid === quarantineId && Effect === "Deny") ?? false;
