import type { FileItem, SharingLevel } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { stages } from "#src/connector-kit/listing.ts";
import { type Json, textOf } from "#src/connector-kit/record.ts";
import { readInstant } from "#src/platform/instant.ts";
import { type Account, accountsOf } from "../api.ts";
import {
  accountBlock,
  accountIn,
  aclOf,
  type Bucket,
  blockIn,
  bucketListing,
  bucketPart,
  hasPublicPolicy,
  isQuarantined,
  policyOf,
  principalsOf,
  toBucket,
} from "../buckets.ts";

type Collaborator = Extract<FileItem, { kind: "collaborator" }>;

/** Each bucket as a folder, with whom its policy and access control list let in. What lies in buckets is not read. */
export const files: StreamFunction<"FILES"> = (context, cursor) => {
  const accounts = accountsOf(context);
  const own = new Set(accounts.map(({ id }) => id));
  return stages<FileItem>(
    context,
    cursor,
    accounts.map((account) => {
      let known: ReturnType<typeof accountBlock> | undefined;
      return {
        ...bucketListing(context, account),
        items: async (record: unknown, path: string) => {
          known ??= accountBlock(context, account);
          return itemsOf(context, account, toBucket(record, path, context.settings), await known, own);
        },
      };
    }),
  );
};

/**
 * Public access in effect: what policy and list allow, less what the settings of the bucket or the account take back.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
async function itemsOf(
  context: StreamContext,
  account: Account,
  bucket: Bucket,
  ofAccount: Awaited<ReturnType<typeof accountBlock>>,
  own: ReadonlySet<string>,
): Promise<FileItem[]> {
  const block = blockIn(await bucketPart(context, account, bucket, "publicAccessBlock"));
  const isOn = (flag: "RestrictPublicBuckets" | "IgnorePublicAcls") => Boolean(block?.[flag] || ofAccount?.[flag]);
  const policyIsPublic = await hasPublicPolicy(context, account, bucket);
  const policy = await policyOf(context, account, bucket);
  const acl = await aclOf(context, account, bucket);
  // A public policy that is restricted lets in nobody of other accounts, not even those that it names.
  const isRestricted = policyIsPublic && isOn("RestrictPublicBuckets");
  const named = isRestricted ? [] : (policy?.Statement ?? []).flatMap((statement) => allowedBy(statement, bucket, own));
  const listed = acl.grants.flatMap(({ grantee, isEverybody, permission }): Collaborator[] => {
    const role = /WRITE|FULL_CONTROL/.test(permission) ? "WRITE" : "READ";
    if (isEverybody)
      return isOn("IgnorePublicAcls") ? [] : [{ kind: "collaborator", fileId: bucket.name, principal: "ANYONE", role }];
    if (grantee === acl.owner || grantee.startsWith("http")) return [];
    return [{ kind: "collaborator", fileId: bucket.name, principal: "USER", externalId: grantee, role }];
  });
  const isPublic = (policyIsPublic && !isRestricted) || listed.some(({ principal }) => principal === "ANYONE");
  const everybody: Collaborator[] =
    isPublic && policyIsPublic
      ? [{ kind: "collaborator", fileId: bucket.name, principal: "ANYONE", role: "READ" }]
      : [];
  const collaborators = distinct([...named, ...listed, ...everybody]);
  const sharing: SharingLevel = isPublic ? "PUBLIC" : collaborators.length > 0 ? "EXTERNAL" : "INTERNAL";
  return [
    {
      kind: "file",
      externalId: bucket.name,
      container: account.id,
      name: bucket.name,
      path: `/${bucket.name}`,
      isFolder: true,
      sharing,
      labels: [],
      createdAt: readInstant(bucket.createdAt ?? ""),
      quarantined: isQuarantined(policy),
      raw: { ...bucket, account: account.id, publicAccessBlock: block, policy, acl, policyIsPublic },
    },
    ...collaborators,
  ];
}

const writes = /^(\*|s3:\*|s3:(put|delete|replicate|restore|abort|create)\w*\*?)/i;

/** Principals of other accounts than those that are connected. Whether `*` means everybody is what the policy's status states. */
function allowedBy(statement: Json, { name }: Bucket, own: ReadonlySet<string>): Collaborator[] {
  if (statement.Effect !== "Allow") return [];
  const actions = [statement.Action].flat().map(String);
  const role = actions.some((action) => writes.test(action)) ? "WRITE" : "READ";
  return principalsOf(statement).flatMap((principal): Collaborator[] => {
    const account = accountIn(principal);
    if (principal === "*" || (account !== null && own.has(account))) return [];
    return textOf(principal)
      ? [{ kind: "collaborator", fileId: name, principal: "USER", externalId: principal, role }]
      : [];
  });
}

/** One for each principal, that of the larger right. */
function distinct(all: readonly Collaborator[]): Collaborator[] {
  const found = new Map<string, Collaborator>();
  for (const one of all) {
    const key = `${one.principal} ${one.externalId ?? ""}`;
    if (found.get(key)?.role !== "WRITE") found.set(key, one);
  }
  return [...found.values()];
}
