import { appOf, deleteIfThere, ensure, userOf } from "#src/connector-kit/actions.ts";
import type { ActionFunction, ActionTarget } from "#src/connector-kit/contract/actions.ts";
import type { Context } from "#src/connector-kit/contract/context.ts";
import { idOf, isObject, type Json, needId, objectOf, textOf, valueAt } from "#src/connector-kit/record.ts";
import { ConflictError, ProviderNotFoundError } from "#src/errors.ts";
import { readAll, recordUrl, update } from "./api.ts";
import { fragment, soql } from "./soql.ts";
import { adminFields } from "./streams/privileges.ts";
import { tokensOf, tokensOfApp } from "./tokens.ts";

type AccountState = { isActive: boolean; isFrozen: boolean };

/** Freezes the account, or deactivates it, as the settings have it. */
export const suspendUser: ActionFunction = (context, target) => {
  const before = target.parameters.before;
  const byFreezing = isObject(before) ? before.isActive !== false : context.settings.suspension !== "deactivate";
  return setAccount(context, target, (state) =>
    byFreezing ? { ...state, isFrozen: true } : { ...state, isActive: false },
  );
};

/** As its reversal: as it was before. */
export const unsuspendUser: ActionFunction = (context, target) => {
  const before = target.parameters.before;
  return setAccount(context, target, () =>
    isObject(before)
      ? { isActive: before.isActive !== false, isFrozen: before.isFrozen === true }
      : { isActive: true, isFrozen: false },
  );
};

/** Source: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_userlogin.htm */
async function setAccount(context: Context, target: ActionTarget, wantedOf: (state: AccountState) => AccountState) {
  const { externalId } = userOf(target);
  refuseOurselves(context, externalId);
  let loginId: string | null = null;
  return await ensure<AccountState>({
    target,
    read: async () => {
      const [user] = await readAll(context, "the user", soql`SELECT Id, IsActive FROM User WHERE Id = ${externalId}`);
      if (!user) throw new ProviderNotFoundError("The user no longer exists in Salesforce.");
      const q = soql`SELECT Id, IsFrozen FROM UserLogin WHERE UserId = ${externalId}`;
      const [login] = await readAll(context, "the user's login", q);
      loginId = idOf(login?.Id);
      return { isActive: user.IsActive !== false, isFrozen: login?.IsFrozen === true };
    },
    wanted: (state) => JSON.stringify(wantedOf(state)) === JSON.stringify(state),
    write: async (state) => {
      const wanted = wantedOf(state);
      if (wanted.isActive !== state.isActive) await update(context, "User", externalId, { IsActive: wanted.isActive });
      if (wanted.isFrozen === state.isFrozen) return;
      if (loginId === null) throw new ConflictError("Salesforce has no login of this user to freeze.");
      await update(context, "UserLogin", loginId, { IsFrozen: wanted.isFrozen });
    },
  });
}

function refuseOurselves({ credential }: Context, userId: string): void {
  if (credential?.extra.userId === userId)
    throw new ConflictError("This is the user that Gatehouse acts as: it would lock itself out.");
}

/** Ends every session of the user but the one that asks. */
export const requireSignInAgain: ActionFunction = (context, target) =>
  ensure({
    read: async () => {
      const q = soql`SELECT Id, IsCurrent FROM AuthSession WHERE UsersId = ${userOf(target).externalId}`;
      const sessions = await readAll(context, "sessions", q);
      return { sessions: sessions.filter(({ IsCurrent }) => IsCurrent !== true).flatMap(({ Id }) => idOf(Id) ?? []) };
    },
    wanted: { sessions: [] },
    write: async ({ sessions }) => {
      for (const id of sessions) await deleteIfThere(context, recordUrl("AuthSession", id));
    },
  });

/**
 * The old password ends at once, whatever its state. The answer holds a new one, which is not looked at.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_user_password.htm
 */
export const resetPassword: ActionFunction = async (context, target) => {
  const { externalId } = userOf(target);
  refuseOurselves(context, externalId);
  await context.http.request({ method: "DELETE", url: `${recordUrl("User", externalId)}/password`, accept: "bytes" });
  return { changed: true };
};

/** Permission sets and groups alone: everybody has to have a profile. */
export const revokeAdminPrivileges: ActionFunction = (context, target) => {
  const { externalId } = userOf(target);
  refuseOurselves(context, externalId);
  const isAdmin = fragment(adminFields.map((name) => `PermissionSet.${name} = true`).join(" OR "));
  return ensure({
    read: async () => {
      const q = soql`SELECT Id, PermissionSetId, PermissionSet.IsOwnedByProfile, PermissionSet.Profile.Name
                     FROM PermissionSetAssignment WHERE AssigneeId = ${externalId} AND (${isAdmin})`;
      const rows = await readAll(context, "permissions", q);
      const ofProfile = rows.find((row) => objectOf(row.PermissionSet).IsOwnedByProfile === true);
      return {
        profile: ofProfile ? (textOf(valueAt(ofProfile, "PermissionSet.Profile.Name")) ?? "?") : null,
        sets: rows
          .filter((row) => row !== ofProfile)
          .map((row) => ({ id: needId(row.Id, "Id"), set: needId(row.PermissionSetId, "PermissionSetId") })),
      };
    },
    wanted: { profile: null, sets: [] },
    write: async ({ profile, sets }) => {
      for (const { id } of sets) await deleteIfThere(context, recordUrl("PermissionSetAssignment", id));
      if (profile !== null)
        throw new ConflictError(
          `The profile ${profile} makes this user an administrator: give the user another profile.`,
        );
    },
  });
};

export const revokeApp: ActionFunction = (context, target) => {
  const app = appOf(target).externalId;
  return ensure({
    read: async () => ({ tokens: (await tokensOfApp(context, app)).length }),
    wanted: { tokens: 0 },
    write: async () => {
      // One query finds 2,500 tokens at most.
      for (let round = 0; round < 400; round++) {
        const tokens = await tokensOfApp(context, app);
        if (tokens.length === 0) return;
        for (const token of tokens) await revoke(context, token);
      }
    },
  });
};

export const revokeAppForUser: ActionFunction = (context, target) => {
  const [app, user] = [appOf(target).externalId, userOf(target).externalId];
  const read = () => tokensOf(context, [user], app);
  return ensure({
    read: async () => ({ tokens: (await read()).length }),
    wanted: { tokens: 0 },
    write: async () => {
      for (const token of await read()) await revoke(context, token);
    },
  });
};

/** The token that is sent proves itself; one that was revoked meanwhile is refused, which is as good. */
async function revoke({ http }: Context, token: Json): Promise<void> {
  const form = { token: needId(token.DeleteToken, "DeleteToken") };
  await http.post("/services/oauth2/revoke", { form, sign: false, retry: true, allow: [400], accept: "text" });
}
