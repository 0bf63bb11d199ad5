import { userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { walkPages } from "#src/connector-kit/page-walk.ts";
import { type Json, listOf, needObject, objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError } from "#src/errors.ts";
import { containerTypes, policyListing } from "./api.ts";
import { GroupMembers } from "./group-members.ts";
import { memberByEmail, memberOf } from "./members.ts";
import { makesAdmin, toPolicy } from "./policies.ts";
import { labelOf } from "./resources.ts";

/** A binding that an account was taken out of, as it is put back. */
interface Held {
  /** `//cloudresourcemanager.googleapis.com/projects/acme-prod` */
  resource: string;
  role: string;
  condition: Json | null;
}

/** Others may write the same policy meanwhile. */
const maxAttempts = 5;

/**
 * Takes an account out of every binding that makes it an administrator, or, undoing that, puts it back into the bindings it was taken from.
 * Throws ConflictError when it is an administrator through groups only.
 * Source: https://cloud.google.com/iam/docs/granting-changing-revoking-access#programmatic
 */
export const revokeAdminPrivileges: ActionFunction = async (context, target) => {
  const member = userOf(target).externalId;
  if ("before" in target.parameters) {
    const bindings = listOf(objectOf(target.parameters.before).bindings) as Held[];
    return { changed: await writeEach(context, member, bindings, true) };
  }
  const { own, throughGroups } = await administrationOf(context, member);
  if (own.length === 0 && throughGroups.length > 0)
    throw new ConflictError(
      `No binding names the account itself. Groups are administrators here: ${throughGroups.join(", ")}. Remove the account from them.`,
    );
  const before = { bindings: own };
  if (own.length > 0) await target.remember?.(before);
  return { changed: await writeEach(context, member, own, false), before };
};

/** Of the policies of the organization, its folders and projects; what Cloud Asset does not know yet, the policy itself shows when it is written. */
async function administrationOf(context: Context, member: string): Promise<{ own: Held[]; throughGroups: string[] }> {
  const own: Held[] = [];
  const adminGroups = new Set<string>();
  for await (const { records, path } of walkPages(context, policyListing(context, containerTypes)))
    for (const [index, record] of records.entries()) {
      const { resource, bindings } = toPolicy(record, `${path}[${index}]`);
      for (const { role, members, condition } of bindings) {
        if (!makesAdmin(role, resource)) continue;
        if (members.some(({ id }) => id === member)) own.push({ resource, role, condition });
        for (const { kind, email } of members) if (kind === "group" && email) adminGroups.add(email);
      }
    }
  const throughGroups: string[] = [];
  const groups = new GroupMembers(context);
  if (own.length === 0)
    for (const group of adminGroups)
      if ((await groups.emailsIfReadable(group)).some((email) => memberByEmail(email).id === member))
        throughGroups.push(group);
  return { own, throughGroups };
}

/** True when a policy was changed. Policies of one resource are written once. */
async function writeEach(
  context: Context,
  member: string,
  bindings: readonly Held[],
  isAddition: boolean,
): Promise<boolean> {
  let changed = false;
  for (const resource of new Set(bindings.map((one) => one.resource))) {
    const ofResource = bindings.filter((one) => one.resource === resource);
    if (await write(context, member, resource, ofResource, isAddition)) changed = true;
  }
  return changed;
}

/** Reads, changes and writes with the etag that was read; when another caller wrote meanwhile, again. */
async function write(
  { http }: Context,
  member: string,
  resource: string,
  held: readonly Held[],
  isAddition: boolean,
): Promise<boolean> {
  const url = `https://cloudresourcemanager.googleapis.com/v3/${resource.replace(/^\/\/[^/]+\//, "")}`;
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const asked = { options: { requestedPolicyVersion: 3 } };
    const read = await http.request({ method: "POST", url: `${url}:getIamPolicy`, json: asked, retry: true });
    const policy = needObject(read.body, "policy");
    const bindings = isAddition ? withMember(policy, member, held) : withoutMember(policy, member, held);
    if (bindings === null) return false;
    const json = { policy: { ...policy, version: 3, bindings } };
    const { status } = await http.request({ method: "POST", url: `${url}:setIamPolicy`, json, allow: [409] });
    if (status !== 409) return true;
  }
  throw new ConflictError(`The IAM policy of ${labelOf(resource)} is being changed by others: try again.`);
}

/** A role may be bound once without a condition, and once with each. */
const isSame = (binding: Json, { role, condition }: Held) => {
  const found = objectOf(binding.condition);
  const wanted = objectOf(condition);
  return textOf(binding.role) === role && found.expression === wanted.expression && found.title === wanted.title;
};

const membersOf = (binding: Json) => listOf(binding.members).map(String);
const names = (text: string, member: string) => memberOf(text).id === member;

/** Null when nothing is to be changed. */
function withoutMember(policy: Json, member: string, held: readonly Held[]): Json[] | null {
  let changed = false;
  const bindings = listOf(policy.bindings)
    .map(objectOf)
    .flatMap((binding) => {
      const members = membersOf(binding);
      const rest = held.some((one) => isSame(binding, one)) ? members.filter((text) => !names(text, member)) : members;
      if (rest.length < members.length) changed = true;
      return rest.length === 0 ? [] : [{ ...binding, members: rest }];
    });
  return changed ? bindings : null;
}

function withMember(policy: Json, member: string, held: readonly Held[]): Json[] | null {
  const bindings = listOf(policy.bindings).map(objectOf);
  const missing = held.filter(
    (one) =>
      !bindings.some((binding) => isSame(binding, one) && membersOf(binding).some((text) => names(text, member))),
  );
  for (const one of missing) {
    const index = bindings.findIndex((binding) => isSame(binding, one));
    const { role, condition } = one;
    if (index < 0) bindings.push({ role, members: [member], ...(condition === null ? {} : { condition }) });
    else bindings[index] = { ...bindings[index], members: [...membersOf(bindings[index] as Json), member] };
  }
  return missing.length > 0 ? bindings : null;
}
