import type { Check } from "#src/connector-kit/contract/checks.ts";
import { listOf, objectOf } from "#src/connector-kit/record.ts";
import { cis, read, settingsUrl } from "./setting.ts";

/** How code and secrets are protected. */
export const codeChecks: readonly Check[] = [
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
];
