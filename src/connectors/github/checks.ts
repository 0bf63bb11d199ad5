import type { Check, CheckResult, PostureSnapshot } from "#src/connector-kit/contract/checks.ts";
import { isObject, type Json, listOf, objectOf } from "#src/connector-kit/record.ts";

type Read = (snapshot: PostureSnapshot, key: string) => Json;
const read: Read = (snapshot, key) => objectOf(snapshot.get(key));

/**
 * A yes-or-no setting of `GET /orgs/{org}`. Only owners see them: one that is not there is unknown, not off.
 */
function setting(name: string, wanted: boolean): (snapshot: PostureSnapshot) => CheckResult {
  return (snapshot) => {
    const value = read(snapshot, "organization")[name];
    if (typeof value !== "boolean")
      return { result: "unknown", because: `GitHub does not show ${name} to this credential.` };
    return { result: value === wanted ? "pass" : "fail", evidence: { [name]: value } };
  };
}

const settingsUrl = "Organization settings";
const organization = (name: string, value: unknown) => ({ organization: { [name]: value } });

/** Identifiers of the CIS GitHub Benchmark 1.2.0. */
const cis = (id: string) => `CIS GitHub Benchmark 1.2.0: ${id}`;

export const checks: readonly Check[] = [
  {
    slug: "github-two-factor-required",
    title: "Require two-factor authentication",
    description:
      "The organization lets in only people who use two-factor authentication, so that a stolen password alone opens nothing.",
    remediation: `1. Tell the members without a second factor; they are removed when the setting is switched on.\n2. ${settingsUrl} → **Authentication security** → tick *Require two-factor authentication for everyone*.`,
    severity: "HIGH",
    maxPoints: 10,
    benchmark: cis("1.3.5"),
    needs: ["organization"],
    evaluate: setting("two_factor_requirement_enabled", true),
    examples: {
      pass: organization("two_factor_requirement_enabled", true),
      fail: organization("two_factor_requirement_enabled", false),
    },
  },
  {
    slug: "github-everyone-has-two-factor",
    title: "Everyone uses two-factor authentication",
    description: "Members and outside collaborators without a second factor.",
    remediation:
      "1. Ask the people listed to switch on two-factor authentication in their account settings.\n2. Remove those who do not answer.",
    severity: "HIGH",
    maxPoints: 10,
    benchmark: cis("1.3.4"),
    needs: ["membersWithout2fa", "outsideCollaboratorsWithout2fa"],
    evaluate(snapshot) {
      const members = listOf(snapshot.get("membersWithout2fa"));
      const outside = listOf(snapshot.get("outsideCollaboratorsWithout2fa"));
      const count = members.length + outside.length;
      return {
        result: count === 0 ? "pass" : "fail",
        evidence: { count, members: members.slice(0, 50), outsideCollaborators: outside.slice(0, 50) },
      };
    },
    examples: {
      pass: { membersWithout2fa: [], outsideCollaboratorsWithout2fa: [] },
      fail: { membersWithout2fa: ["tom-dev"], outsideCollaboratorsWithout2fa: [] },
    },
  },
  {
    slug: "github-single-sign-on",
    title: "Adopt single sign-on",
    description:
      "People reach the organization through your identity provider, where leaving the company ends their access.",
    remediation: `${settingsUrl} → **Authentication security** → *Enable SAML authentication*, then require it for all members. Or set it up once for the whole enterprise.`,
    severity: "HIGH",
    maxPoints: 10,
    needs: ["saml"],
    evaluate(snapshot) {
      const ownerInfo = read(snapshot, "enterprise");
      const viaEnterprise = isObject(ownerInfo.samlIdentityProvider);
      const enabled = read(snapshot, "saml").enabled === true || viaEnterprise;
      return { result: enabled ? "pass" : "fail", evidence: { enabled, viaEnterprise } };
    },
    examples: { pass: { saml: { enabled: true } }, fail: { saml: { enabled: false } } },
  },
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
      pass: organization("default_repository_permission", "read"),
      fail: organization("default_repository_permission", "write"),
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
    needs: ["organization"],
    evaluate: setting("members_can_create_public_repositories", false),
    examples: {
      pass: organization("members_can_create_public_repositories", false),
      fail: organization("members_can_create_public_repositories", true),
    },
  },
  {
    slug: "github-repository-deletion",
    title: "Only owners delete or transfer repositories",
    description: "Administrators of a repository should not be able to make it disappear.",
    remediation: `${settingsUrl} → **Member privileges** → *Admin repository permissions*: untick *Allow members to delete or transfer repositories*.`,
    severity: "MEDIUM",
    maxPoints: 6,
    benchmark: cis("1.2.3"),
    needs: ["organization"],
    evaluate: (snapshot) =>
      enterpriseSays(snapshot, "membersCanDeleteRepositoriesSetting") ??
      setting("members_can_delete_repositories", false)(snapshot),
    examples: {
      pass: organization("members_can_delete_repositories", false),
      fail: organization("members_can_delete_repositories", true),
    },
  },
  {
    slug: "github-visibility-change",
    title: "Only owners change the visibility of repositories",
    description: "Making a private repository public cannot be taken back: copies are made within minutes.",
    remediation: `${settingsUrl} → **Member privileges** → *Admin repository permissions*: untick *Allow members to change repository visibilities*.`,
    severity: "HIGH",
    maxPoints: 8,
    needs: ["organization"],
    evaluate: (snapshot) =>
      enterpriseSays(snapshot, "membersCanChangeRepositoryVisibilitySetting") ??
      setting("members_can_change_repo_visibility", false)(snapshot),
    examples: {
      pass: organization("members_can_change_repo_visibility", false),
      fail: organization("members_can_change_repo_visibility", true),
    },
  },
  {
    slug: "github-outside-collaborators",
    title: "Only owners invite outside collaborators",
    description: "Outside collaborators can read your code. Access for them should be decided in one place.",
    remediation: `${settingsUrl} → **Member privileges** → *Admin repository permissions*: untick *Allow repository administrators to invite outside collaborators*.`,
    severity: "MEDIUM",
    maxPoints: 5,
    needs: ["organization"],
    evaluate: setting("members_can_invite_outside_collaborators", false),
    examples: {
      pass: organization("members_can_invite_outside_collaborators", false),
      fail: organization("members_can_invite_outside_collaborators", true),
    },
  },
  {
    slug: "github-private-forks",
    title: "Private repositories may not be forked",
    description: "A fork is a copy that later changes of access do not always reach.",
    remediation: `${settingsUrl} → **Member privileges** → *Repository forking*: untick *Allow forking of private repositories*.`,
    severity: "LOW",
    maxPoints: 3,
    needs: ["organization"],
    evaluate: setting("members_can_fork_private_repositories", false),
    examples: {
      pass: organization("members_can_fork_private_repositories", false),
      fail: organization("members_can_fork_private_repositories", true),
    },
  },
  {
    slug: "github-verified-domain",
    title: "Verify the organization's domain",
    description:
      "A verified domain shows that the organization is yours, and lets notifications be limited to work addresses.",
    remediation: `${settingsUrl} → **Verified and approved domains** → *Add a domain*, then add the TXT record that is shown to your DNS.`,
    severity: "LOW",
    maxPoints: 2,
    benchmark: cis("1.3.9"),
    needs: ["organization"],
    evaluate: setting("is_verified", true),
    examples: { pass: organization("is_verified", true), fail: organization("is_verified", false) },
  },
  {
    slug: "github-secret-scanning",
    title: "Scan new repositories for secrets",
    description: "Secret scanning finds credentials in code; push protection keeps them from getting there.",
    remediation: `${settingsUrl} → **Advanced Security** → *Configurations*: make a configuration with secret scanning and push protection the default for new repositories.`,
    severity: "HIGH",
    maxPoints: 8,
    benchmark: cis("1.5.1"),
    needs: ["organization"],
    evaluate(snapshot) {
      const {
        secret_scanning_enabled_for_new_repositories: scanning,
        secret_scanning_push_protection_enabled_for_new_repositories: protection,
      } = read(snapshot, "organization");
      if (typeof scanning !== "boolean" || typeof protection !== "boolean")
        return { result: "unknown", because: "GitHub does not show these settings to this credential." };
      const on = Number(scanning) + Number(protection);
      return { result: on === 2 ? "pass" : "fail", share: on / 2, evidence: { scanning, pushProtection: protection } };
    },
    examples: {
      pass: {
        organization: {
          secret_scanning_enabled_for_new_repositories: true,
          secret_scanning_push_protection_enabled_for_new_repositories: true,
        },
      },
      fail: {
        organization: {
          secret_scanning_enabled_for_new_repositories: true,
          secret_scanning_push_protection_enabled_for_new_repositories: false,
        },
      },
    },
  },
  {
    slug: "github-owners-count",
    title: "Have two to five owners",
    description: "One owner is one lost phone away from a locked organization; many owners are many ways in.",
    remediation: `${settingsUrl.replace(" settings", "")} → **People** → filter by role *Owner*; make those who do not need it members, or name a second one.`,
    severity: "MEDIUM",
    maxPoints: 5,
    benchmark: cis("1.3.3"),
    needs: ["owners"],
    evaluate(snapshot) {
      const owners = listOf(snapshot.get("owners"));
      return {
        result: owners.length >= 2 && owners.length <= 5 ? "pass" : "fail",
        evidence: { count: owners.length, owners: owners.slice(0, 50) },
      };
    },
    examples: { pass: { owners: ["mira-ops", "tom-dev"] }, fail: { owners: ["mira-ops"] } },
  },
  {
    slug: "github-webhooks-secure",
    title: "Webhooks use TLS and a secret",
    description:
      "Without a secret anybody can send what looks like a message from GitHub; without TLS anybody on the way can read it.",
    remediation: `${settingsUrl} → **Webhooks** → edit each one listed: an https address, *Enable SSL verification*, and a secret that the receiver checks.`,
    severity: "MEDIUM",
    maxPoints: 5,
    benchmark: cis("1.4.4"),
    needs: ["webhooks"],
    evaluate(snapshot) {
      const hooks = listOf(snapshot.get("webhooks")).map(objectOf);
      const insecure = hooks.filter(
        ({ url, insecureSsl, hasSecret }) =>
          !String(url).startsWith("https://") || insecureSsl !== "0" || hasSecret !== true,
      );
      return {
        result: insecure.length === 0 ? "pass" : "fail",
        share: hooks.length === 0 ? 1 : 1 - insecure.length / hooks.length,
        evidence: { webhooks: hooks.length, insecure: insecure.slice(0, 50) },
      };
    },
    examples: {
      pass: { webhooks: [{ url: "https://ci.acme.example/hook", active: true, insecureSsl: "0", hasSecret: true }] },
      fail: { webhooks: [{ url: "http://ci.acme.example/hook", active: true, insecureSsl: "0", hasSecret: true }] },
    },
  },
  {
    slug: "github-default-branch-protected",
    title: "Protect default branches",
    description:
      "Changes to a default branch pass a review or at least a pull request, by branch protection or a ruleset. Looks at the 100 repositories pushed to last.",
    remediation: `1. ${settingsUrl} → **Repository** → **Rulesets** → new branch ruleset for all repositories, target *Default*.\n2. Tick *Require a pull request before merging* and *Block force pushes*.`,
    severity: "HIGH",
    maxPoints: 8,
    benchmark: cis("1.1.20"),
    needs: ["defaultBranches"],
    evaluate(snapshot) {
      const branches = listOf(snapshot.get("defaultBranches")).map(objectOf);
      const open = branches.filter((branch) => branch.protected === false);
      const unseen = branches.filter((branch) => branch.protected !== false && branch.protected !== true);
      const evidence = {
        repositories: branches.length,
        unprotected: open.map(({ repository }) => repository).slice(0, 50),
        notVisible: unseen.length,
      };
      if (open.length > 0)
        return { result: "fail", share: 1 - (open.length + unseen.length) / branches.length, evidence };
      if (unseen.length > 0)
        return {
          result: "unknown",
          because: `The protection of ${unseen.length} repositories is not visible to this credential.`,
          evidence,
        };
      return { result: "pass", evidence };
    },
    examples: {
      pass: { defaultBranches: [{ repository: "site", branch: "main", protected: true }] },
      fail: {
        defaultBranches: [
          { repository: "site", branch: "main", protected: true },
          { repository: "tools", branch: "main", protected: false },
        ],
      },
    },
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

/** A policy of the enterprise overrules the organization's own setting; NO_POLICY, or no enterprise, leaves it to the organization. */
function enterpriseSays(snapshot: PostureSnapshot, name: string): CheckResult | null {
  const value = read(snapshot, "enterprise")[name];
  if (value !== "ENABLED" && value !== "DISABLED") return null;
  return { result: value === "DISABLED" ? "pass" : "fail", evidence: { enterprise: { [name]: value } } };
}
