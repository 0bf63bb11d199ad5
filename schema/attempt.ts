import { type Role, requireRole } from "#src/access/viewer.ts";
import { audited } from "#src/instances/audited.ts";
import type { Context } from "./context.ts";

/** Decodes the id a change is asked for with. One that is no id is a failed attempt like others: refused after the role, and in the audit log. */
export async function keyFor<T>({ core, viewer }: Context, action: string, role: Role, decode: () => T): Promise<T> {
  try {
    return decode();
  } catch (error) {
    return audited(core, viewer, { action }, async () => {
      requireRole(viewer, role);
      throw error;
    });
  }
}
