import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { isObject, type Json, needObject, objectOf, readEach } from "#src/connector-kit/record.ts";
import { textIn, type Xml } from "#src/connector-kit/xml.ts";
import { type Account, membersOf } from "../api.ts";
import { accountIn } from "../buckets.ts";
import { allowsAll, attachedTo, type Detail, detailListing, statementsOf } from "../iam-details.ts";

async function details(context: Context, account: Account, of: Detail, map: (detail: Xml) => Json): Promise<Json[]> {
  const found: Json[] = [];
  for await (const { records, path } of walkPages(context, detailListing(context, account, of)))
    for (const one of readEach(records, path, (record, at) => map(needObject(record, at) as Xml)))
      if (!("kind" in one)) found.push(one as Json);
  return found;
}

const inline = (detail: Xml, list: string) =>
  membersOf(detail[list], list).map((policy) => ({
    name: textIn(policy, "PolicyName"),
    allowsAll: allowsAll(textIn(policy, "PolicyDocument")),
  }));

export function userSettings(context: Context, account: Account): Promise<Json[]> {
  return details(context, account, "User", (user) => ({
    name: textIn(user, "UserName"),
    policies: attachedTo(user, "user").map(({ name }) => name),
    inline: inline(user, "UserPolicyList"),
  }));
}

export function roleSettings(context: Context, account: Account): Promise<Json[]> {
  return details(context, account, "Role", (role) => ({
    name: textIn(role, "RoleName"),
    policies: attachedTo(role, "role").map(({ name }) => name),
    inline: inline(role, "RolePolicyList"),
    ...trustOf(statementsOf(textIn(role, "AssumeRolePolicyDocument")), account.id),
  }));
}

/** Whom a role lets in, of other accounts, and whether an external id or another condition is asked of them. */
function trustOf(statements: readonly Json[], account: string): Json {
  const foreign = statements.flatMap(({ Effect, Principal, Condition }) => {
    if (Effect !== "Allow") return [];
    const named = isObject(Principal) ? Principal.AWS : Principal;
    const principals = [named].flat().flatMap((one) => (typeof one === "string" ? [one] : []));
    const others = principals.filter((one) => one === "*" || accountIn(one) !== account);
    return others.map((principal) => ({ principal, isConditional: Object.keys(objectOf(Condition)).length > 0 }));
  });
  return { trusts: foreign };
}

export function policySettings(context: Context, account: Account): Promise<Json[]> {
  return details(context, account, "LocalManagedPolicy", (policy) => {
    const versions = membersOf(policy.PolicyVersionList, "PolicyVersionList");
    const present = versions.find((one) => textIn(one, "IsDefaultVersion") === "true");
    return {
      name: textIn(policy, "PolicyName"),
      attachments: Number(textIn(policy, "AttachmentCount") ?? 0),
      allowsAll: allowsAll(present ? textIn(present, "Document") : null),
    };
  });
}
