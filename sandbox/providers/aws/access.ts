import type { Api, Call, OpenCall } from "../../kit/api.ts";
import type { SandboxKit, SandboxRequest, SandboxResponse } from "../../provider.ts";
import { missesScope } from "../../trouble.ts";
import { awsError, denied } from "./answers.ts";
import { tokenParts } from "./keys.ts";
import { isSignedWith, signedIn } from "./signature.ts";
import type { AwsTenant } from "./tenant.ts";

/** The user with a key of its own, or a session of the role. */
export type Caller = "user" | "role";
export type AwsCall = Call<AwsTenant, Caller>;

const badKey = (host: string) =>
  awsError(host, 403, "InvalidClientTokenId", "The security token included in the request is invalid.");

const tokenOf = ({ headers }: SandboxRequest) => {
  const token = headers["x-amz-security-token"];
  return typeof token === "string" ? token : undefined;
};

export function find(request: SandboxRequest, kit: SandboxKit): { tenant: AwsTenant } | { refusal: SandboxResponse } {
  const signed = signedIn(request);
  const [name] = tokenParts(tokenOf(request) ?? "") ?? [];
  const all = kit.tenants("aws") as AwsTenant[];
  const tenant = all.find(({ options, keys }) => options.name === name || keys.userKeyId === signed?.accessKeyId);
  return tenant ? { tenant } : { refusal: badKey(request.host) };
}

export function authenticate({
  tenant,
  request,
  now,
}: OpenCall<AwsTenant>): { caller: Caller } | { refusal: SandboxResponse } {
  const signed = signedIn(request);
  const { faults, keys } = tenant;
  if (!signed || faults.unauthorized || faults.revoked) return { refusal: badKey(request.host) };
  const found = keys.secretOf(signed.accessKeyId, tokenOf(request), now);
  if (!found)
    return {
      refusal: awsError(request.host, 403, "ExpiredToken", "The security token included in the request is expired"),
    };
  if (!isSignedWith(request, signed, found.secret, now)) {
    const message = "The request signature we calculated does not match the signature you provided.";
    return { refusal: awsError(request.host, 403, "SignatureDoesNotMatch", message) };
  }
  return { caller: found.isSession ? "role" : "user" };
}

export const callerArn = ({ tenant, caller }: AwsCall): string =>
  caller === "user"
    ? `arn:aws:iam::${tenant.account}:user/gatehouse`
    : `arn:aws:sts::${tenant.account}:assumed-role/Gatehouse/gatehouse`;

/** The role may do what is not taken away from it, its user nothing but assume it. */
export function refuse(call: AwsCall, action: string): SandboxResponse | undefined {
  const { tenant, caller, request } = call;
  if (action === "" || (caller === "role" && !missesScope(tenant, action))) return undefined;
  return denied(request.host, callerArn(call), action);
}

/** Two calls of LookupEvents a second and region: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html */
export const limit: NonNullable<Api<AwsTenant, Caller>["limit"]> = ({ tenant, request, now }) => {
  if (tenant.options.unlimited || !String(request.headers["x-amz-target"] ?? "").endsWith(".LookupEvents"))
    return { headers: {} };
  const { exceeded } = tenant.limiter.take(request.host, 2, now);
  return exceeded
    ? { headers: {}, refusal: awsError(request.host, 400, "ThrottlingException", "Rate exceeded") }
    : { headers: {} };
};
