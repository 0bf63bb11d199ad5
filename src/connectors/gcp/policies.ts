/** IAM policies as they are found, whichever call they came from. */
import { type Json, listOf, needObject, needText, objectOf, textOf } from "#src/connector-kit/record.ts";
import { type Member, memberOf } from "./members.ts";
import { isContainer } from "./resources.ts";

export interface Binding {
  role: string;
  members: Member[];
  /** Holds only while its expression is true. */
  condition: Json | null;
}

export interface ResourcePolicy {
  /** Full name: `//storage.googleapis.com/acme-data`. */
  resource: string;
  assetType: string | null;
  bindings: Binding[];
}

/** One result of searchAllIamPolicies. Throws ProviderResponseError without a resource. */
export function toPolicy(value: unknown, path: string): ResourcePolicy {
  const result = needObject(value, path);
  return {
    resource: needText(result.resource, `${path}.resource`),
    assetType: textOf(result.assetType),
    bindings: bindingsOf(needObject(result.policy, `${path}.policy`), `${path}.policy`),
  };
}

export function bindingsOf(policy: Json, path: string): Binding[] {
  return listOf(policy.bindings).map((one, index) => {
    const binding = objectOf(one);
    return {
      role: needText(binding.role, `${path}.bindings[${index}].role`),
      members: listOf(binding.members).flatMap((member) => {
        const text = textOf(member);
        return text === null ? [] : [memberOf(text)];
      }),
      condition: binding.condition === undefined ? null : objectOf(binding.condition),
    };
  });
}

/** Owner and Editor, and roles whose name ends in `admin`: the benchmark's own rule, which holds for predefined and for custom roles. */
export function isAdminRole(role: string): boolean {
  return role === "roles/owner" || role === "roles/editor" || /admin$/i.test(role);
}

/** Whether it makes an administrator: such a role over the organization, a folder or a project, and not over a single bucket. */
export function makesAdmin(role: string, resource: string): boolean {
  return isContainer(resource) && isAdminRole(role);
}
