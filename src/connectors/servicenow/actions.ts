import { appOf, deleteIfThere, ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { isObject, textOf } from "#src/connector-kit/record.ts";
import { ConflictError } from "#src/errors.ts";
import { is, isOurselves, oneOf } from "./encoded-query.ts";
import { adminRoles } from "./map-people.ts";
import { readAll, readFirst, readRecord, recordUrl, table, update } from "./tables.ts";
import { tokensOf } from "./tokens.ts";

type AccountState = { active: string; locked_out: string };

/** Locks the account out, or deactivates it, as the settings have it. As a reversal: as it was done before. */
export const suspendUser: ActionFunction = async (context, target) => {
  const { before } = target.parameters;
  const isLockOut = isObject(before) ? before.active !== "false" : context.settings.suspension !== "deactivate";
  await refuseOurselves(context, userOf(target).externalId);
  return await setAccount(context, target, (state) =>
    isLockOut ? { ...state, locked_out: "true" } : { ...state, active: "false" },
  );
};

/** As its reversal: as it was before. */
export const unsuspendUser: ActionFunction = (context, target) => {
  const { before } = target.parameters;
  return setAccount(context, target, () =>
    isObject(before)
      ? { active: textOf(before.active) ?? "true", locked_out: textOf(before.locked_out) ?? "false" }
      : { active: "true", locked_out: "false" },
  );
};

async function setAccount(context: Context, target: ActionTarget, wantedOf: (state: AccountState) => AccountState) {
  const { externalId } = userOf(target);
  return await ensure<AccountState>({
    target,
    read: async () => {
      const user = await readRecord(context, "sys_user", externalId, ["active", "locked_out"]);
      return { active: textOf(user.active) ?? "true", locked_out: textOf(user.locked_out) ?? "false" };
    },
    wanted: (state) => JSON.stringify(wantedOf(state)) === JSON.stringify(state),
    write: (state) => update(context, "sys_user", externalId, wantedOf(state)),
  });
}

/** Asks for a new password at the next sign-in. */
export const resetPassword: ActionFunction = async (context, target) => {
  const { externalId } = userOf(target);
  await refuseOurselves(context, externalId);
  return await ensure({
    target,
    read: async () => {
      const user = await readRecord(context, "sys_user", externalId, ["password_needs_reset"]);
      return { password_needs_reset: textOf(user.password_needs_reset) ?? "false" };
    },
    wanted: { password_needs_reset: "true" },
    write: () => update(context, "sys_user", externalId, { password_needs_reset: "true" }),
  });
};

/** Roles that the user was given directly. One that comes from a group or another role cannot be taken from one person. */
export const revokeAdminPrivileges: ActionFunction = async (context, target) => {
  const { externalId } = userOf(target);
  await refuseOurselves(context, externalId);
  const where = [is("user", externalId), oneOf("role.name", adminRoles), is("state", "active")];
  const first = table("sys_user_has_role", { fields: ["sys_id", "role", "role.name", "inherited"], where });
  const read = async () => {
    const rows = await readAll(context, "roles", first);
    const name = (row: (typeof rows)[number]) => textOf(row["role.name"]) ?? String(row.role);
    const direct = rows.filter(({ inherited }) => inherited !== "true");
    return {
      direct: direct.map((row) => ({ id: String(row.sys_id), role: name(row) })),
      inherited: rows.filter((row) => !direct.includes(row)).map(name),
    };
  };
  return await ensure({
    ...{ target, read, wanted: { direct: [], inherited: [] } },
    write: async ({ direct }) => {
      for (const { id } of direct) await deleteIfThere(context, recordUrl("sys_user_has_role", id));
      // Roles that a deleted one contained went with it.
      const { inherited } = await read();
      if (inherited.length > 0)
        throw new ConflictError(
          `The user still has ${[...new Set(inherited)].join(", ")} through a group: take the user out of it, or the role from it, in ServiceNow.`,
        );
    },
  });
};

export const revokeApp: ActionFunction = async (context, target) => {
  const { externalId } = appOf(target);
  await refuseOurOwn(context, externalId);
  return await deleteTokens(context, target, externalId);
};

export const revokeAppForUser: ActionFunction = async (context, target) => {
  const { externalId } = appOf(target);
  await refuseOurOwn(context, externalId);
  return await deleteTokens(context, target, externalId, userOf(target).externalId);
};

function deleteTokens(context: Context, target: ActionTarget, appId: string, userId?: string) {
  const read = () => tokensOf(context, appId, userId);
  return ensure({
    target,
    read: async () => ({ tokens: (await read()).length }),
    wanted: { tokens: 0 },
    write: async () => {
      for (const id of await read()) await deleteIfThere(context, recordUrl("oauth_credential", id));
    },
  });
}

export const banApp: ActionFunction = async (context, target) => {
  await refuseOurOwn(context, appOf(target).externalId);
  return await setApp(context, target, "false");
};

export const unbanApp: ActionFunction = (context, target) => setApp(context, target, "true");

function setApp(context: Context, target: ActionTarget, active: "true" | "false") {
  const { externalId } = appOf(target);
  return ensure({
    target,
    read: async () => {
      const app = await readRecord(context, "oauth_entity", externalId, ["active"]);
      return { active: textOf(app.active) ?? "true" };
    },
    wanted: { active },
    write: () => update(context, "oauth_entity", externalId, { active }),
  });
}

async function refuseOurselves(context: Context, userId: string): Promise<void> {
  const ourselves = await readFirst(context, table("sys_user", { fields: ["sys_id"], where: [isOurselves("sys_id")] }));
  if (textOf(ourselves?.sys_id) === userId)
    throw new ConflictError("This is the user that Gatehouse acts as: it would lock itself out.");
}

async function refuseOurOwn(context: Context, appId: string): Promise<void> {
  const app = await readRecord(context, "oauth_entity", appId, ["client_id"]);
  if (textOf(app.client_id) !== null && app.client_id === context.settings.clientId)
    throw new ConflictError("This is the client that Gatehouse signs in with: it would lock itself out.");
}
