import { ForbiddenError } from "#src/errors.ts";

export type Role = "VIEWER" | "ANALYST" | "ADMIN";

/** Who asks, resolved from a token, a session or a JWT. Rights are checked in the domain against this. */
export interface Viewer {
  /** Stable across requests: `token/12`, `session/<hash prefix>`, `oidc/<sub>`, `system`. */
  id: string;
  name: string;
  role: Role;
  /** Null: all instances. Numbers are instances.id. */
  instanceIds: readonly number[] | null;
  /** The browser session, for binding OAuth states. */
  sessionId: string | null;
  /** Where the request came from, for the audit log. */
  ipAddress: string | null;
  /** When this proof of identity ends by itself. */
  expiresAt: Date | null;
}

/**
 * Whose share of the process a viewer uses: sessions opened with one token share with it, and those of one person with one another. Never
 * shown, and no proof of anything.
 */
export function ownerOf({ id, sessionId, name }: Viewer): string {
  if (sessionId === null) return id;
  const token = sessionId.lastIndexOf("/token/");
  return token < 0 ? `person/${name}` : sessionId.slice(token + 1);
}

const ranks: Record<Role, number> = { VIEWER: 0, ANALYST: 1, ADMIN: 2 };

/** Throws ForbiddenError unless the viewer has the role or a higher one. */
export function requireRole(viewer: Viewer, role: Role): void {
  if (ranks[viewer.role] < ranks[role])
    throw new ForbiddenError(`This requires the role ${role}; yours is ${viewer.role}.`);
}

/** Whether the viewer may see anything of the instance. "Not yours" must look like "not there". */
export function maySee(viewer: Viewer, instanceId: number): boolean {
  return viewer.instanceIds === null || viewer.instanceIds.includes(instanceId);
}

/** The instances a list may show: those asked for, within those allowed. Null: all. */
export function visibleInstances(viewer: Viewer, asked?: readonly number[] | null): number[] | null {
  if (asked == null) return viewer.instanceIds === null ? null : [...viewer.instanceIds];
  return asked.filter((id) => maySee(viewer, id));
}

/** For jobs and start-up: everything is allowed, and the audit log names `system`. */
export const systemViewer: Viewer = {
  id: "system",
  name: "system",
  role: "ADMIN",
  instanceIds: null,
  sessionId: null,
  ipAddress: null,
  expiresAt: null,
};
