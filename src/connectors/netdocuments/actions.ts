import { ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { objectOf, textOf } from "#src/connector-kit/record.ts";
import { ConflictError } from "#src/errors.ts";
import { cabinets, membershipOf, membersPath } from "./api.ts";
import { readList } from "./posture.ts";
import { isGroup, isOfRepository, membersIn } from "./rights.ts";

/**
 * Takes the person out of every group that administers a cabinet. `before.groups` is where they were.
 * Source: https://learn.microsoft.com/connectors/netdocuments/ (Add or remove group member)
 */
export const revokeAdminPrivileges: ActionFunction = (context, target) => {
  const { externalId } = userOf(target);
  return ensure({
    target,
    read: () => administered(context, externalId),
    wanted: { groups: [], cabinets: [] },
    async write({ groups, cabinets: direct }) {
      if (direct.length > 0)
        throw new ConflictError(
          `This person administers cabinets without a group (${direct.join(", ")}): take the right in NetDocuments.`,
        );
      for (const group of groups)
        await context.http.post(membersPath(group), { form: { action: "remove", member: externalId } });
    },
  });
};

/** Groups by which a person administers, and cabinets on which the person's own right does. */
async function administered(context: Context, userId: string): Promise<{ groups: string[]; cabinets: string[] }> {
  const own = (await readList(context, cabinets)).filter((cabinet) => isOfRepository(cabinet, context));
  const known = new Map<string, string[]>();
  const groups = new Set<string>();
  const direct: string[] = [];
  for (const cabinet of own) {
    const id = String(cabinet.id);
    for (const { principal, administer } of (await membershipOf(context, id)).map(objectOf)) {
      const who = textOf(principal);
      if (who === null || administer !== true) continue;
      if (who === userId) direct.push(textOf(cabinet.name) ?? id);
      else if (isGroup(who) && (await membersIn(context, who, known)).includes(userId)) groups.add(who);
    }
  }
  return { groups: [...groups].sort(), cabinets: direct };
}
