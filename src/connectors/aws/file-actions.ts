import { createHash } from "node:crypto";
import { ensure, fileOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { isObject, type Json, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError, InvalidInputError } from "#src/errors.ts";
import { type Account, accountOf, accountsOf } from "./api.ts";
import {
  accountIn,
  type Bucket,
  blockFlags,
  blockIn,
  bucketPart,
  bucketUrl,
  findBucket,
  isQuarantined,
  noBlock,
  type Policy,
  type PublicAccessBlock,
  policyOf,
  principalsOf,
  quarantineId,
  toPolicy,
} from "./buckets.ts";

interface Found {
  account: Account;
  bucket: Bucket;
}

async function found(context: Context, target: ActionTarget): Promise<Found> {
  const { externalId, container } = fileOf(target);
  const account = accountOf(context, container ?? accountsOf(context)[0]?.id ?? "");
  if (!account) throw new ConflictError("The account of this bucket is no longer connected.");
  return { account, bucket: await findBucket(context, account, externalId) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html */
export const makePrivate: ActionFunction = async (context, target) => {
  const at = await found(context, target);
  return await ensure({
    read: async () => ({ block: await readBlock(context, at) }),
    wanted: ({ block }) => block !== null && blockFlags.every((flag) => block[flag]),
    write: () => writeBlock(context, at, { ...noBlock, ...Object.fromEntries(blockFlags.map((flag) => [flag, true])) }),
    target,
  });
};

async function readBlock(context: Context, { account, bucket }: Found): Promise<PublicAccessBlock | null> {
  return blockIn(await bucketPart(context, account, bucket, "publicAccessBlock"));
}

/** All off is what a bucket without settings has. */
function writeBlock(context: Context, at: Found, block: PublicAccessBlock): Promise<unknown> {
  const flags = blockFlags.map((flag) => `<${flag}>${block[flag]}</${flag}>`).join("");
  const body = `<PublicAccessBlockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${flags}</PublicAccessBlockConfiguration>`;
  return put(context, at, "publicAccessBlock", body, "application/xml");
}

/** S3 wants a checksum of what changes who has access. */
function put(context: Context, { account, bucket }: Found, part: string, body: string, type: string): Promise<unknown> {
  const md5 = createHash("md5").update(body).digest("base64");
  return account.http.request({
    ...{ method: "PUT", url: bucketUrl(context, bucket, part), body, accept: "text", retry: true },
    headers: { "content-type": type, "content-md5": md5 },
  });
}

/** Without statements there is no policy. */
function writePolicy(context: Context, at: Found, policy: Policy | null): Promise<unknown> {
  if (policy !== null && policy.Statement.length > 0)
    return put(context, at, "policy", JSON.stringify(policy), "application/json");
  const url = bucketUrl(context, at.bucket, "policy");
  return at.account.http.request({ method: "DELETE", url, accept: "text", allow: [404], retry: true });
}

const readPolicy =
  (context: Context, { account, bucket }: Found) =>
  async () => ({
    policy: await policyOf(context, account, bucket),
  });

/** Takes a principal out of what the policy allows; statements that are left with nobody go. */
export const removeCollaborator: ActionFunction = async (context, target) => {
  const { externalId, email } = target.parameters;
  const person = textOf(externalId) ?? textOf(email);
  if (person === null) throw new InvalidInputError("Name the principal by `externalId`.", ["input", "parameters"]);
  if (/^[0-9a-f]{64}$/.test(person))
    throw new ConflictError(
      "This account has access by the bucket's access control list: take it away in the S3 console.",
    );
  const at = await found(context, target);
  const isMeant = (principal: string) =>
    principal === person || (/^\d{12}$/.test(person) && accountIn(principal) === person);
  return await ensure<{ policy: Policy | null }>({
    read: readPolicy(context, at),
    wanted: ({ policy }) =>
      !policy?.Statement.some((statement) => statement.Effect === "Allow" && principalsOf(statement).some(isMeant)),
    write: ({ policy }) => writePolicy(context, at, policy && without(policy, isMeant)),
    target,
  });
};

function without(policy: Policy, isMeant: (principal: string) => boolean): Policy {
  const Statement = policy.Statement.flatMap((statement): Json[] => {
    const principals = principalsOf(statement);
    if (statement.Effect !== "Allow" || !principals.some(isMeant)) return [statement];
    const left = principals.filter((principal) => !isMeant(principal));
    const others = isObject(statement.Principal) ? statement.Principal : {};
    const { AWS: _, ...Principal } = left.length > 0 ? { ...others, AWS: left } : others;
    const kept = left.length > 0 ? { ...Principal, AWS: left } : Principal;
    return Object.keys(kept).length > 0 ? [{ ...statement, Principal: kept }] : [];
  });
  return { ...policy, Statement };
}

export const quarantine: ActionFunction = async (context, target) => {
  const at = await found(context, target);
  const arn = `arn:${textOf(context.settings.roleArn)?.split(":")[1] ?? "aws"}:s3:::${at.bucket.name}`;
  return await ensure<{ policy: Policy | null }>({
    read: readPolicy(context, at),
    wanted: ({ policy }) => isQuarantined(policy),
    write: ({ policy }) =>
      writePolicy(context, at, {
        Version: "2012-10-17",
        ...policy,
        Statement: [
          ...(policy?.Statement ?? []),
          {
            ...{ Sid: quarantineId, Effect: "Deny", Principal: "*" },
            Action: ["s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*", "s3:ListBucket*"],
            Resource: [arn, `${arn}/*`],
          },
        ],
      }),
    target,
  });
};

/** To the policy and the settings of before; without them, out of quarantine. */
export const restore: ActionFunction = async (context, target) => {
  const before = objectOf(target.parameters.before);
  const at = await found(context, target);
  if ("block" in before) {
    const block = { ...noBlock, ...objectOf(before.block) } as PublicAccessBlock;
    return await ensure<{ block: PublicAccessBlock }>({
      read: async () => ({ block: (await readBlock(context, at)) ?? noBlock }),
      wanted: { block },
      write: () => writeBlock(context, at, block),
    });
  }
  const policy = isObject(before.policy) ? toPolicy(before.policy) : null;
  const isRevert = "policy" in before;
  const lifted = (present: Policy | null) =>
    present && { ...present, Statement: present.Statement.filter(({ Sid }) => Sid !== quarantineId) };
  return await ensure<{ policy: Policy | null }>({
    read: readPolicy(context, at),
    wanted: (present) =>
      isRevert ? JSON.stringify(present.policy) === JSON.stringify(policy) : !isQuarantined(present.policy),
    write: (present) => writePolicy(context, at, isRevert ? policy : lifted(present.policy)),
    target,
  });
};
