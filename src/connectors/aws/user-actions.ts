/** Actions on IAM users. Source: https://docs.aws.amazon.com/IAM/latest/APIReference/ */
import { ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { listOf, needObject, objectOf } from "#src/connector-kit/record.ts";
import { child, textIn, type Xml } from "#src/connector-kit/xml.ts";
import { ConflictError } from "#src/errors.ts";
import { type Account, accountOf, iam, iamListing } from "./api.ts";
import { roleOf } from "./endpoints.ts";
import { denyAll } from "./iam-details.ts";
import { adminPolicies } from "./streams/privileges.ts";

interface Found {
  account: Account;
  user: string;
}

/** IAM is asked by user name. */
function found(context: Context, target: ActionTarget): Found {
  const [id = "", ...rest] = (userOf(target).login ?? "").split("/");
  const account = accountOf(context, id);
  const [user = ""] = rest;
  if (!account || rest.length !== 1 || user === "root")
    throw new ConflictError(
      "Only IAM users can be changed: this is a role, a root user, or an account that is not connected.",
    );
  return { account, user };
}

async function listed(
  context: Context,
  { account }: Found,
  action: string,
  list: string,
  parameters: Record<string, string>,
) {
  const items: Xml[] = [];
  const listing = { name: action, ...iamListing(context, account, { action, list, parameters }) };
  for await (const { records, path } of walkPages(context, listing))
    for (const [index, record] of records.entries()) items.push(needObject(record, `${path}[${index}]`) as Xml);
  return items;
}

async function policiesOf(context: Context, at: Found): Promise<string[]> {
  const found = await listed(context, at, "ListAttachedUserPolicies", "AttachedPolicies", { UserName: at.user });
  return found.flatMap((policy) => textIn(policy, "PolicyArn") ?? []);
}

interface Access extends Record<string, unknown> {
  isDenied: boolean;
  activeKeys: string[];
}

async function readAccess(context: Context, at: Found): Promise<Access> {
  const deny = denyAll(roleOf(context.settings).partition);
  const policies = await policiesOf(context, at);
  const keys = await listed(context, at, "ListAccessKeys", "AccessKeyMetadata", { UserName: at.user });
  return {
    isDenied: policies.includes(deny),
    activeKeys: keys.flatMap((key) => (textIn(key, "Status") === "Active" ? (textIn(key, "AccessKeyId") ?? []) : [])),
  };
}

async function setKeys(
  context: Context,
  { account, user }: Found,
  keys: readonly string[],
  status: "Active" | "Inactive",
) {
  for (const AccessKeyId of keys)
    await iam(context, account, "UpdateAccessKey", { UserName: user, AccessKeyId, Status: status });
}

/** A policy that denies everything ends sessions as well, which keys and passwords alone would not. */
export const suspendUser: ActionFunction = (context, target) => {
  const at = found(context, target);
  const PolicyArn = denyAll(roleOf(context.settings).partition);
  return ensure<Access>({
    read: () => readAccess(context, at),
    wanted: { isDenied: true, activeKeys: [] },
    async write({ activeKeys }) {
      await iam(context, at.account, "AttachUserPolicy", { UserName: at.user, PolicyArn });
      await setKeys(context, at, activeKeys, "Inactive");
    },
    target,
  });
};

/** As a reversal: also with the keys that were active. */
export const unsuspendUser: ActionFunction = (context, target) => {
  const at = found(context, target);
  const PolicyArn = denyAll(roleOf(context.settings).partition);
  const keys = listOf(objectOf(target.parameters.before).activeKeys).map(String);
  return ensure<Access>({
    read: () => readAccess(context, at),
    wanted: ({ isDenied, activeKeys }) => !isDenied && keys.every((key) => activeKeys.includes(key)),
    async write({ isDenied, activeKeys }) {
      await setKeys(
        context,
        at,
        keys.filter((key) => !activeKeys.includes(key)),
        "Active",
      );
      if (isDenied) await iam(context, at.account, "DetachUserPolicy", { UserName: at.user, PolicyArn });
    },
    target,
  });
};

export const resetPassword: ActionFunction = (context, target) => {
  const at = found(context, target);
  const UserName = at.user;
  return ensure({
    async read() {
      const profile = child(await iam(context, at.account, "GetLoginProfile", { UserName }), "LoginProfile");
      return { isRequired: textIn(profile, "PasswordResetRequired") === "true" };
    },
    wanted: { isRequired: true },
    write: () => iam(context, at.account, "UpdateLoginProfile", { UserName, PasswordResetRequired: "true" }),
  });
};

interface Administration extends Record<string, unknown> {
  policies: string[];
  groups: string[];
}

const isAdmin = (policy: Xml) =>
  adminPolicies.has(textIn(policy, "PolicyName") ?? "") && (textIn(policy, "PolicyArn") ?? "").includes(":iam::aws:");

async function readAdministration(context: Context, at: Found): Promise<Administration> {
  const UserName = at.user;
  const attached = await listed(context, at, "ListAttachedUserPolicies", "AttachedPolicies", { UserName });
  const groups: string[] = [];
  for (const group of await listed(context, at, "ListGroupsForUser", "Groups", { UserName })) {
    const GroupName = textIn(group, "GroupName") ?? "";
    const policies = await listed(context, at, "ListAttachedGroupPolicies", "AttachedPolicies", { GroupName });
    if (policies.some(isAdmin)) groups.push(GroupName);
  }
  return { policies: attached.filter(isAdmin).flatMap((policy) => textIn(policy, "PolicyArn") ?? []), groups };
}

/** Undone by itself: `before` names what is put back. */
export const revokeAdminPrivileges: ActionFunction = (context, target) => {
  const at = found(context, target);
  const UserName = at.user;
  const call = (action: string, parameters: Record<string, string>) =>
    iam(context, at.account, action, { UserName, ...parameters });
  const { before } = target.parameters;
  if (before === undefined)
    return ensure<Administration>({
      read: () => readAdministration(context, at),
      wanted: { policies: [], groups: [] },
      async write({ policies, groups }) {
        for (const PolicyArn of policies) await call("DetachUserPolicy", { PolicyArn });
        for (const GroupName of groups) await call("RemoveUserFromGroup", { GroupName });
      },
      target,
    });
  const policies = listOf(objectOf(before).policies).map(String);
  const groups = listOf(objectOf(before).groups).map(String);
  return ensure<Administration>({
    read: () => readAdministration(context, at),
    wanted: (present) =>
      policies.every((one) => present.policies.includes(one)) && groups.every((one) => present.groups.includes(one)),
    async write(present) {
      for (const PolicyArn of policies)
        if (!present.policies.includes(PolicyArn)) await call("AttachUserPolicy", { PolicyArn });
      for (const GroupName of groups)
        if (!present.groups.includes(GroupName)) await call("AddUserToGroup", { GroupName });
    },
  });
};
