import type { Check } from "#src/connector-kit/contract/checks.ts";
import { listOf } from "#src/connector-kit/record.ts";
import { cis, read, setting, settingsUrl } from "./setting.ts";

/** What members may do with repositories. */
export const repositoriesChecks: readonly Check[] = [
  {
    slug: "github-base-permission",
    title: "Give members no more than read access by default",
    description:
      "The base permission applies to every member and every repository; write or admin makes each stolen account a way to all code.",
    remediation: `${settingsUrl} → **Member privileges** → *Base permissions*: choose *Read* or *No permission*, and give write access through teams.`,
    severity: "MEDIUM",
    maxPoints: 6,
    benchmark: cis("1.3.8"),
    needs: ["organization"],
    evaluate(snapshot) {
      const permission = read(snapshot, "organization").default_repository_permission;
      if (typeof permission !== "string")
        return { result: "unknown", because: "GitHub does not show the base permission to this credential." };
      return {
        result: ["none", "read"].includes(permission) ? "pass" : "fail",
        evidence: { default_repository_permission: permission },
      };
    },
    examples: {
      pass: { organization: { default_repository_permission: "read" } },
      fail: { organization: { default_repository_permission: "write" } },
    },
  },
  {
    slug: "github-public-repository-creation",
    title: "Members may not create public repositories",
    description: "Publishing code is a decision of the organization, not a slip of a form.",
    remediation: `${settingsUrl} → **Member privileges** → *Repository creation*: untick *Public*.`,
    severity: "MEDIUM",
    maxPoints: 6,
    benchmark: cis("1.2.2"),
    ...setting("members_can_create_public_repositories", false),
  },
  {
    slug: "github-repository-deletion",
    title: "Only owners delete or transfer repositories",
    description: "Administrators of a repository should not be able to make it disappear.",
    remediation: `${settingsUrl} → **Member privileges** → *Admin repository permissions*: untick *Allow members to delete or transfer repositories*.`,
    severity: "MEDIUM",
    maxPoints: 6,
    benchmark: cis("1.2.3"),
    ...setting("members_can_delete_repositories", false, "membersCanDeleteRepositoriesSetting"),
  },
  {
    slug: "github-visibility-change",
    title: "Only owners change the visibility of repositories",
    description: "Making a private repository public cannot be taken back: copies are made within minutes.",
    remediation: `${settingsUrl} → **Member privileges** → *Admin repository permissions*: untick *Allow members to change repository visibilities*.`,
    severity: "HIGH",
    maxPoints: 8,
    ...setting("members_can_change_repo_visibility", false, "membersCanChangeRepositoryVisibilitySetting"),
  },
  {
    slug: "github-private-forks",
    title: "Private repositories may not be forked",
    description: "A fork is a copy that later changes of access do not always reach.",
    remediation: `${settingsUrl} → **Member privileges** → *Repository forking*: untick *Allow forking of private repositories*.`,
    severity: "LOW",
    maxPoints: 3,
    ...setting("members_can_fork_private_repositories", false),
  },
  {
    slug: "github-public-repositories",
    title: "Know your public repositories",
    description:
      "Each public repository should be public on purpose. This check cannot know the purpose: it fails while there are any, and lists them.",
    remediation:
      "Look at the repositories listed. Those that should not be public: repository **Settings** → *Danger Zone* → *Change visibility*. Dismiss the finding for those that should.",
    severity: "INFORMATIONAL",
    maxPoints: 1,
    needs: ["publicRepositories"],
    evaluate(snapshot) {
      const repositories = listOf(snapshot.get("publicRepositories"));
      return {
        result: repositories.length === 0 ? "pass" : "fail",
        evidence: { count: repositories.length, repositories: repositories.slice(0, 100) },
      };
    },
    examples: { pass: { publicRepositories: [] }, fail: { publicRepositories: ["handbook"] } },
  },
];
