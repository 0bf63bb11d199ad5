import type { ActivityTargetRecord, ActorRecord } from "#src/connector-kit/contract/records.ts";
import { sentence } from "#src/connector-kit/sentence.ts";

/** A change in the directory, as either of its logs has it. */
export interface DirectoryChange {
  actor: ActorRecord | null;
  targets: readonly ActivityTargetRecord[] & ActivityTargetRecord[];
  reason: string | null;
  /** The new value of a property of the target. */
  property: (name: string) => string | null;
  /** Names of the properties that changed. */
  properties: readonly string[];
}

/** Not what an admin changed, but what the log adds about it. */
const aboutTheChange = /^(Included Updated Properties|TargetId\.|Action Client Name|.*\.(ObjectID|DisplayName)$)/;

export function describeChange(change: DirectoryChange, template: string): string {
  const { actor, targets, reason, property, properties } = change;
  const of = (...types: string[]) => targets.find(({ type }) => types.includes(type));
  const [user, group, role] = [of("User"), of("Group"), of("Role")];
  const app = of("ServicePrincipal", "Application");
  const words: Readonly<Record<string, () => string | null | undefined>> = {
    actor: () => actor?.name,
    user: () => user?.name ?? user?.id ?? (app ?? targets[0])?.name,
    group: () => property("Group.DisplayName") ?? group?.name,
    role: () => property("Role.DisplayName") ?? role?.name,
    app: () => app?.name ?? targets[0]?.name ?? app?.id,
    target: () => (targets.find(({ name }) => name) ?? targets[0])?.name ?? targets[0]?.id,
    permissions: () => property("DelegatedPermissionGrant.Scope")?.trim() ?? property("AppRole.Value"),
    properties: () =>
      properties
        .filter((name) => !aboutTheChange.test(name))
        .slice(0, 5)
        .join(", "),
    reason: () => reason?.replace(/\.$/, ""),
  };
  return sentence(template, (name) => words[name]?.(), {
    ...{ actor: "Microsoft Entra ID", user: "an account" },
    target: "something",
  });
}
