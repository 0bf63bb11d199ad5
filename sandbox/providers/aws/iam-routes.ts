import { formBody } from "../../kit/body.ts";
import { listingOf, pageAt, placeOf, tokenAt } from "../../kit/paging.ts";
import type { SandboxResponse } from "../../provider.ts";
import { missesScope, shape } from "../../trouble.ts";
import { type AwsCall, refuse } from "./access.ts";
import { awsError, queryAnswer } from "./answers.ts";
import { managedPolicies, roleNames } from "./iam.ts";
import {
  attachedPolicies,
  credentialReport,
  groupDetail,
  instant,
  policyDetail,
  roleDetail,
  userDetail,
} from "./iam-records.ts";
import type { AwsTenant } from "./tenant.ts";

const namespace = "https://iam.amazonaws.com/doc/2010-05-08/";

type Action = (call: AwsCall, form: URLSearchParams) => object | undefined | SandboxResponse;

const isAnswer = (result: object | undefined): result is SandboxResponse => result !== undefined && "status" in result;
const noEntity = ({ request }: AwsCall, what: string) =>
  awsError(request.host, 404, "NoSuchEntity", `${what} cannot be found.`);

function present(tenant: AwsTenant): number[] {
  return Array.from({ length: tenant.users.count }, (_, index) => index).filter((index) => tenant.users.exists(index));
}

/** A page of a list by `Marker` and `MaxItems`. */
function paged<R>({ tenant }: AwsCall, form: URLSearchParams, all: readonly R[]) {
  const size = Math.min(Number(form.get("MaxItems") ?? 100), tenant.options.unlimited ? 10_000 : 1000);
  const page = pageAt(listingOf(all), placeOf(form.get("Marker")) ?? 0, size);
  const next = page.next === undefined ? {} : { Marker: tokenAt(page.next) };
  return { records: page.records, more: { IsTruncated: page.next !== undefined, ...next } };
}

const details: Action = (call, form) => {
  const { tenant } = call;
  const wanted = [form.get("Filter.member.1"), form.get("Filter.member.2")];
  const of = (kind: string) => wanted.includes(kind);
  const users = of("User") ? present(tenant).map((index) => userDetail(tenant, index)) : [];
  const groups = of("Group")
    ? Array.from({ length: tenant.groups.count }, (_, group) => groupDetail(tenant, group))
    : [];
  const roles = of("Role") ? roleNames.map((_, index) => roleDetail(tenant, index)) : [];
  const policies = of("AWSManagedPolicy") ? managedPolicies.map((arn) => policyDetail(tenant, arn)) : [];
  const { records, more } = paged(call, form, [...users, ...groups, ...roles, ...policies]);
  const kept = (all: Record<string, unknown>[], stream: string, required: string[]) =>
    shape(
      tenant,
      stream,
      records.filter((one) => all.includes(one)),
      required,
    );
  return {
    UserDetailList: kept(users, "users", ["UserId", "UserName"]),
    GroupDetailList: kept(groups, "groups", ["GroupId", "GroupName"]),
    RoleDetailList: kept(roles, "users", ["RoleId", "RoleName"]),
    Policies: kept(policies, "privileges", ["PolicyName", "Arn"]),
    ...more,
  };
};

/** The user whom a call names; a refusal when there is none. */
const ofUser =
  (run: (call: AwsCall, index: number, form: URLSearchParams) => object | undefined | SandboxResponse): Action =>
  (call, form) => {
    const index = call.tenant.users.find(form.get("UserName") ?? "");
    return index === undefined ? noEntity(call, `The user with name ${form.get("UserName")}`) : run(call, index, form);
  };

const attach = (attached: boolean) =>
  ofUser(({ tenant, now }, index, form) => {
    tenant.users.setPolicy(index, form.get("PolicyArn") ?? "", attached, now);
    return undefined;
  });

const join = (member: boolean) =>
  ofUser((call, index, form) => {
    const group = call.tenant.groups.find(form.get("GroupName") ?? "");
    if (group === undefined) return noEntity(call, "The group");
    call.tenant.groups.setMember(group, index, member, call.now);
    return undefined;
  });

const reportLifeMs = 4 * 60 * 60_000;

const actions: Readonly<Record<string, Action>> = {
  GetAccountAuthorizationDetails: details,
  ListAccountAliases: ({ tenant }) => ({ AccountAliases: [tenant.options.name], IsTruncated: false }),
  SimulatePrincipalPolicy: (call, form) => {
    const names = [...form].filter(([name]) => name.startsWith("ActionNames.member.")).map(([, value]) => value);
    const { records, more } = paged(call, form, names);
    return {
      EvaluationResults: records.map((name) => ({
        EvalActionName: name,
        EvalResourceName: "*",
        EvalDecision: missesScope(call.tenant, name) ? "implicitDeny" : "allowed",
      })),
      ...more,
    };
  },
  GenerateCredentialReport: ({ tenant, now }) => {
    if (tenant.reportAskedAt === undefined || now - tenant.reportAskedAt > reportLifeMs) {
      const isFirst = tenant.reportAskedAt === undefined;
      tenant.reportAskedAt = now;
      if (isFirst || tenant.reportReadyAt > now)
        return { State: "STARTED", Description: "No report exists. Starting a new report generation task" };
    }
    return { State: tenant.reportReadyAt > now ? "INPROGRESS" : "COMPLETE" };
  },
  GetCredentialReport: (call) => {
    const { tenant, now, request } = call;
    if (tenant.reportAskedAt === undefined || tenant.reportReadyAt > now)
      return awsError(request.host, 404, "ReportInProgress", "The report is being generated");
    const content = Buffer.from(credentialReport(tenant)).toString("base64");
    return { Content: content, ReportFormat: "text/csv", GeneratedTime: instant(tenant.reportAskedAt) };
  },
  GetAccountSummary: ({ tenant }) => ({
    SummaryMap: Object.entries({
      ...{ Users: tenant.users.present, Groups: tenant.groups.count, AccountMFAEnabled: 1 },
      ...{ AccountAccessKeysPresent: 0, AccountPasswordPresent: 1 },
    }).map(([key, value]) => ({ key, value })),
  }),
  GetAccountPasswordPolicy: () => ({
    PasswordPolicy: {
      ...{ MinimumPasswordLength: 12, RequireSymbols: true, RequireNumbers: true, RequireUppercaseCharacters: true },
      ...{ RequireLowercaseCharacters: true, AllowUsersToChangePassword: true, ExpirePasswords: false },
      PasswordReusePrevention: 5,
    },
  }),
  ListServerCertificates: () => ({ IsTruncated: false, ServerCertificateMetadataList: [] }),
  ListVirtualMFADevices: ({ tenant }) => ({
    IsTruncated: false,
    VirtualMFADevices: [
      {
        SerialNumber: `arn:aws:iam::${tenant.account}:mfa/root-account-mfa-device`,
        EnableDate: instant(tenant.options.createdAt),
      },
    ],
  }),
  ListSAMLProviders: ({ tenant }) => ({
    SAMLProviderList: [
      { Arn: `arn:aws:iam::${tenant.account}:saml-provider/AWSSSO`, CreateDate: instant(tenant.options.createdAt) },
    ],
  }),
  ListAttachedUserPolicies: ofUser(({ tenant }, index) => ({
    AttachedPolicies: attachedPolicies(tenant.users.policiesOf(index)),
    IsTruncated: false,
  })),
  ListGroupsForUser: ofUser(({ tenant }, index) => ({
    Groups: tenant.groups.of(index).map((group) => {
      const { Path, GroupName, GroupId, Arn, CreateDate } = groupDetail(tenant, group);
      return { Path, GroupName, GroupId, Arn, CreateDate };
    }),
    IsTruncated: false,
  })),
  ListAttachedGroupPolicies: (call, form) => {
    const group = call.tenant.groups.find(form.get("GroupName") ?? "");
    if (group === undefined) return noEntity(call, "The group");
    return { AttachedPolicies: attachedPolicies(call.tenant.groups.policiesOf(group)), IsTruncated: false };
  },
  ListAccessKeys: ofUser(({ tenant }, index) => ({
    AccessKeyMetadata: [
      {
        UserName: tenant.users.nameOf(index),
        AccessKeyId: tenant.users.keyOf(index),
        Status: tenant.users.keyIsActive(index) ? "Active" : "Inactive",
        CreateDate: instant(tenant.options.createdAt),
      },
    ],
    IsTruncated: false,
  })),
  UpdateAccessKey: ofUser(({ tenant }, index, form) => {
    tenant.users.setKey(index, form.get("Status") === "Active");
    return undefined;
  }),
  AttachUserPolicy: attach(true),
  DetachUserPolicy: attach(false),
  AddUserToGroup: join(true),
  RemoveUserFromGroup: join(false),
  GetLoginProfile: ofUser(({ tenant }, index) => ({
    LoginProfile: {
      UserName: tenant.users.nameOf(index),
      CreateDate: instant(tenant.options.createdAt),
      PasswordResetRequired: tenant.users.resets.has(index),
    },
  })),
  UpdateLoginProfile: ofUser(({ tenant }, index, form) => {
    if (form.get("PasswordResetRequired") === "true") tenant.users.resets.add(index);
    return undefined;
  }),
};

const unproven = new Set(["SimulatePrincipalPolicy", "ListAccountAliases"]);

export function iamCall(call: AwsCall): SandboxResponse {
  const form = formBody(call.request);
  const name = form.get("Action") ?? "";
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) return awsError(call.request.host, 400, "InvalidAction", `Could not find operation ${name}`);
  const refusal = refuse(call, unproven.has(name) && call.caller === "role" ? "" : `iam:${name}`);
  if (refusal) return refusal;
  const result = action(call, form);
  if (isAnswer(result)) return result;
  // A map is a list of entries.
  const answer = queryAnswer(name, result, namespace);
  return name === "GetAccountSummary"
    ? { ...answer, body: String(answer.body).replaceAll("member>", "entry>") }
    : answer;
}

const stsNamespace = "https://sts.amazonaws.com/doc/2011-06-15/";

/** https://docs.aws.amazon.com/STS/latest/APIReference/ */
export function stsCall(call: AwsCall): SandboxResponse {
  const { tenant, request, now, caller } = call;
  const form = formBody(request);
  const arn = `arn:aws:iam::${tenant.account}:role/Gatehouse`;
  if (form.get("Action") === "GetCallerIdentity") {
    const who =
      caller === "role"
        ? `arn:aws:sts::${tenant.account}:assumed-role/Gatehouse/gatehouse`
        : `arn:aws:iam::${tenant.account}:user/gatehouse`;
    return queryAnswer(
      "GetCallerIdentity",
      { Arn: who, UserId: tenant.roles.idOf(4), Account: tenant.account },
      stsNamespace,
    );
  }
  if (form.get("Action") !== "AssumeRole")
    return awsError(request.host, 400, "InvalidAction", `Could not find operation ${form.get("Action")}`);
  const externalId = form.get("ExternalId") ?? undefined;
  tenant.externalId ??= externalId;
  const isTrusted = !tenant.wantsExternalId || (externalId !== undefined && externalId === tenant.externalId);
  if (form.get("RoleArn") !== arn || !isTrusted) {
    const message = `User: arn:aws:iam::${tenant.account}:user/gatehouse is not authorized to perform: sts:AssumeRole on resource: ${form.get("RoleArn")}`;
    return awsError(request.host, 403, "AccessDenied", message);
  }
  const session = tenant.keys.make(Math.floor(now / 1000) * 1000 + Number(form.get("DurationSeconds") ?? 3600) * 1000);
  return queryAnswer(
    "AssumeRole",
    {
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.token,
        Expiration: instant(session.expiresAt),
      },
      AssumedRoleUser: {
        AssumedRoleId: `${tenant.roles.idOf(4)}:gatehouse`,
        Arn: `arn:aws:sts::${tenant.account}:assumed-role/Gatehouse/gatehouse`,
      },
    },
    stsNamespace,
  );
}
