import type { PrivilegeItem } from "#src/connector-kit/contract/records.ts";
import type { StreamContext, StreamFunction } from "#src/connector-kit/contract/streams.ts";
import { type Stage, stages } from "#src/connector-kit/listing.ts";
import { needObject, needText } from "#src/connector-kit/record.ts";
import { textIn, type Xml } from "#src/connector-kit/xml.ts";
import { type Account, accountsOf, membersOf } from "../api.ts";
import {
  allDetails,
  allowsAll,
  attachedTo,
  detailListing,
  groupNamesOf,
  type IamGroup,
  toGroup,
} from "../iam-details.ts";

/** AWS managed policies of those who may do everything, or give themselves the right to. */
export const adminPolicies: ReadonlySet<string> = new Set(["AdministratorAccess", "IAMFullAccess"]);

/** Managed policies, and the users and roles that they are attached to, users through their groups as well. */
export const privileges: StreamFunction<"PRIVILEGES"> = (context, cursor) =>
  stages<PrivilegeItem>(
    context,
    cursor,
    accountsOf(context).flatMap((account) => stagesOf(context, account)),
  );

function stagesOf(context: StreamContext, account: Account): Stage<PrivilegeItem>[] {
  let known: Promise<IamGroup[]> | undefined;
  const groups = () => {
    known ??= allDetails(context, account, "Group", toGroup);
    return known;
  };
  const held = (policies: readonly { arn: string }[], userId: string): PrivilegeItem[] =>
    [...new Set(policies.map(({ arn }) => arn))].map((privilegeId) => ({ kind: "holder", privilegeId, userId }));
  return [
    {
      ...detailListing(context, account, "LocalManagedPolicy", "AWSManagedPolicy"),
      before: [
        { kind: "privilege", externalId: "root", name: "Root user", isAdmin: true },
        { kind: "holder", privilegeId: "root", userId: account.id },
      ],
      items: toPolicy,
    },
    {
      ...detailListing(context, account, "User"),
      items: async (record, path) => {
        const user = needObject(record, path) as Xml;
        const names = groupNamesOf(user);
        const through = names.length === 0 ? [] : (await groups()).filter(({ name }) => names.includes(name));
        const policies = [...attachedTo(user, path), ...through.flatMap((group) => group.policies)];
        return held(policies, needText(user.UserId, `${path}.UserId`));
      },
    },
    {
      ...detailListing(context, account, "Role"),
      items: (record, path) => {
        const role = needObject(record, path) as Xml;
        return held(attachedTo(role, path), needText(role.RoleId, `${path}.RoleId`));
      },
    },
  ];
}

function toPolicy(record: unknown, path: string): PrivilegeItem {
  const policy = needObject(record, path) as Xml;
  const name = needText(policy.PolicyName, `${path}.PolicyName`);
  const externalId = needText(policy.Arn, `${path}.Arn`);
  return { kind: "privilege", externalId, name, isAdmin: isAdminPolicy(policy, name, externalId) };
}

export function isAdminPolicy(policy: Xml, name: string, arn: string): boolean {
  if (adminPolicies.has(name) && arn.includes(":iam::aws:")) return true;
  const versions = membersOf(policy.PolicyVersionList, "PolicyVersionList");
  const present = versions.find((version) => textIn(version, "IsDefaultVersion") === "true");
  return present !== undefined && allowsAll(textIn(present, "Document"));
}
