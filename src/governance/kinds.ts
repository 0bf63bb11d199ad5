import { type ProviderActionKind, providerActionKinds } from "#src/connectors/connector.ts";

/** What an action is done to. */
export type TargetKind = "user" | "oauthApp" | "userOfApp" | "file";

const users: readonly ProviderActionKind[] = [
  "CONFIRM_USER_COMPROMISED",
  "SUSPEND_USER",
  "UNSUSPEND_USER",
  "REQUIRE_SIGN_IN_AGAIN",
  "RESET_PASSWORD",
  "REVOKE_ADMIN_PRIVILEGES",
];
const apps: readonly ProviderActionKind[] = ["REVOKE_APP", "BAN_APP", "UNBAN_APP"];

export function targetOf(kind: ProviderActionKind): TargetKind {
  if (users.includes(kind)) return "user";
  if (apps.includes(kind)) return "oauthApp";
  return kind === "REVOKE_APP_FOR_USER" ? "userOfApp" : "file";
}

export function isProviderAction(kind: string): kind is ProviderActionKind {
  return (providerActionKinds as readonly string[]).includes(kind);
}

/** Two actions that undo each other: of those waiting for one target the stronger one stays. */
export const weakerTwin: Readonly<Partial<Record<ProviderActionKind, ProviderActionKind>>> = {
  SUSPEND_USER: "UNSUSPEND_USER",
  BAN_APP: "UNBAN_APP",
};

/** What the account or app is known to be afterwards, until the next scan says so itself. */
export const stateAfter: Readonly<Partial<Record<ProviderActionKind, { users?: string; apps?: string }>>> = {
  SUSPEND_USER: { users: "SUSPENDED" },
  UNSUSPEND_USER: { users: "ACTIVE" },
  BAN_APP: { apps: "BANNED" },
  UNBAN_APP: { apps: "UNDETERMINED" },
};
