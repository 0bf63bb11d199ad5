import { accountActionKinds, type ProviderActionKind, providerActionKinds } from "#src/connector-kit/contract/kinds.ts";

/** Mail that we send ourselves: no connector has to offer it. */
export const notificationKinds = [
  "NOTIFY_USER",
  "NOTIFY_ADDRESSES",
  "NOTIFY_FILE_OWNER",
  "NOTIFY_LAST_EDITOR",
] as const;
export type NotificationKind = (typeof notificationKinds)[number];

/** Of those, the ones to a person of a file: several files are one mail. */
export const digestKinds = ["NOTIFY_FILE_OWNER", "NOTIFY_LAST_EDITOR"] as const;
export type DigestKind = (typeof digestKinds)[number];

export function isDigest(kind: string): kind is DigestKind {
  return (digestKinds as readonly string[]).includes(kind);
}

/** `APPROVE_APP` is a mark of ours: the app knows nothing of it. */
export type ActionKind = ProviderActionKind | NotificationKind | "APPROVE_APP";

/** What an action is done to. `addresses`: it names nothing of the app. */
export type TargetKind = "user" | "oauthApp" | "userOfApp" | "file" | "addresses";

const users: readonly ActionKind[] = ["NOTIFY_USER", ...accountActionKinds];
const apps: readonly ActionKind[] = ["REVOKE_APP", "BAN_APP", "UNBAN_APP", "APPROVE_APP"];

export function targetOf(kind: ActionKind): TargetKind {
  if (kind === "NOTIFY_ADDRESSES") return "addresses";
  if (users.includes(kind)) return "user";
  if (apps.includes(kind)) return "oauthApp";
  return kind === "REVOKE_APP_FOR_USER" ? "userOfApp" : "file";
}

export function isProviderAction(kind: string): kind is ProviderActionKind {
  return (providerActionKinds as readonly string[]).includes(kind);
}

export function isNotification(kind: string): kind is NotificationKind {
  return (notificationKinds as readonly string[]).includes(kind);
}

/** Two actions that undo each other: of those waiting for one target the stronger one stays. */
export const weakerOpposite: Readonly<Partial<Record<ActionKind, ProviderActionKind>>> = {
  SUSPEND_USER: "UNSUSPEND_USER",
  BAN_APP: "UNBAN_APP",
  QUARANTINE_FILE: "RESTORE_FILE",
};

const linkKinds = ["REDUCE_PUBLIC_ACCESS", "SET_SHARED_LINK_ACCESS", "EXPIRE_SHARED_LINK"] as const;
const sharingKinds = [
  "REMOVE_PUBLIC_SHARING",
  "REMOVE_EXTERNAL_USERS",
  "REMOVE_COLLABORATOR",
  "INHERIT_PARENT_PERMISSIONS",
  ...linkKinds,
] as const;
const quarantined = ["MAKE_PRIVATE", ...sharingKinds] as const;

/**
 * What an action on a file does besides: of those wanted for one file the strongest is enough. From the strongest: trash, quarantine, no sharing at
 * all, no public link or no people outside, a restricted link. Labels, owners and mail are a matter of their own, except for a file in the trash.
 */
export const includedKinds: Readonly<Partial<Record<string, readonly ProviderActionKind[]>>> = {
  TRASH_FILE: [
    "QUARANTINE_FILE",
    "OVERWRITE_FILE",
    "APPLY_LABEL",
    "REMOVE_LABEL",
    "TRANSFER_FILE_OWNERSHIP",
    ...quarantined,
  ],
  QUARANTINE_FILE: quarantined,
  MAKE_PRIVATE: sharingKinds,
  REMOVE_PUBLIC_SHARING: linkKinds,
};

/** The other way round: what beats this one. */
export function strongerOpposite(kind: string): ProviderActionKind | undefined {
  return Object.entries(weakerOpposite).find(([, weaker]) => weaker === kind)?.[0] as ProviderActionKind | undefined;
}

/** What the account or app is known to be afterwards, until the next scan reads it. */
export const stateAfter: Readonly<Partial<Record<ActionKind, { users?: string; apps?: string }>>> = {
  SUSPEND_USER: { users: "SUSPENDED" },
  UNSUSPEND_USER: { users: "ACTIVE" },
  BAN_APP: { apps: "BANNED" },
  UNBAN_APP: { apps: "UNDETERMINED" },
  APPROVE_APP: { apps: "APPROVED" },
};
