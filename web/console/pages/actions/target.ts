import type { ActionRowFragment } from "../../__generated__/act.ts";

/** The name of what an action is carried out on. */
export function targetName({ user, file, oauthApp }: Pick<ActionRowFragment, "user" | "file" | "oauthApp">): string {
  return user?.displayName ?? user?.email ?? user?.login ?? file?.name ?? oauthApp?.name ?? "–";
}
