import { deleteIfThere, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionResult, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { type Json, listOf, needText, objectOf } from "#src/connector-kit/record.ts";
import { InvalidInputError } from "#src/errors.ts";
import { armOf, managementGroupScope, managementGroupsOf, readArm, subscriptionsOf } from "./arm.ts";
import { type Assignment, assignmentsUrl, assignmentUrl, Roles, toAssignment } from "./roles.ts";

/**
 * Removes the privileged Azure roles that were assigned to an account itself, on whatever scope. Of an action that reverts this one, `before`
 * holds the assignments, which are made again as they were.
 * Source: https://learn.microsoft.com/en-us/rest/api/authorization/role-assignments/delete-by-id
 */
export const revokeAdminPrivileges: ActionFunction = async (context, target) => {
  const { before } = target.parameters;
  if (before !== undefined) return await restore(context, objectOf(before));
  const assignments = await privilegedOf(context, target);
  const kept = { assignments: assignments.map(({ raw, id }) => ({ id, properties: writable(raw) })) };
  if (assignments.length === 0) return { changed: false, before: kept };
  await target.remember?.(kept);
  for (const { id } of assignments) await deleteIfThere(armOf(context), assignmentUrl(context, id));
  return { changed: true, before: kept };
};

async function privilegedOf(context: Context, target: ActionTarget): Promise<Assignment[]> {
  const { externalId } = userOf(target);
  if (!/^[0-9a-f-]{36}$/i.test(externalId)) throw new InvalidInputError("This account has no object id of Entra.");
  const scopes = [
    ...(await managementGroupsOf(context)).map(({ name }) => managementGroupScope(name)),
    ...(await subscriptionsOf(context)).map(({ id }) => `/subscriptions/${id}`),
  ];
  const roles = new Roles(context);
  const found = new Map<string, Assignment>();
  for (const scope of scopes) {
    const url = assignmentsUrl(context, scope, `principalId eq '${externalId}'`);
    for (const [index, record] of (await readArm(context, "role assignments", url)).entries()) {
      const assignment = toAssignment(record, `value[${index}]`);
      const role = await roles.get(assignment);
      if (role.isPrivileged) found.set(assignment.id.toLowerCase(), assignment);
    }
  }
  return [...found.values()];
}

/** What an assignment is made of. */
function writable({ properties }: Json): Json {
  const { roleDefinitionId, principalId, principalType, condition, conditionVersion, description } =
    objectOf(properties);
  return {
    ...{ roleDefinitionId, principalId, principalType },
    ...(condition ? { condition, conditionVersion } : {}),
    ...(description ? { description } : {}),
  };
}

/** An assignment keeps its name, so that one that is there is known. */
async function restore(context: Context, before: Json): Promise<ActionResult> {
  const { http } = armOf(context);
  let changed = false;
  for (const [index, one] of listOf(before.assignments).map(objectOf).entries()) {
    const url = assignmentUrl(context, needText(one.id, `before.assignments[${index}].id`));
    const { status } = await http.get(url, { allow: [404] });
    if (status !== 404) continue;
    await http.request({ method: "PUT", url, json: { properties: one.properties }, retry: true });
    changed = true;
  }
  return { changed };
}
