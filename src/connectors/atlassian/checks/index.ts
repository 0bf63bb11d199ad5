import type { Check } from "#src/connector-kit/contract/checks.ts";
import { staleDays } from "../posture.ts";
import { checkOf, share, somebody, verdict } from "./judge.ts";

const usersPage = "admin.atlassian.com → *Directory > Users*";
const policiesPage = "admin.atlassian.com → *Security*";
const [fewest, most] = [2, 5];
const noAdmin = "Atlassian shows no active administrator.";
const noManaged = "Atlassian shows no active managed account.";
const noToken = "Atlassian shows no API token.";

/** After Atlassian's own checklist for organization admins: no other benchmark is published. */
export const checks: readonly Check[] = [
  checkOf("people", {
    slug: "atlassian-admins-with-factor",
    title: "Let every administrator have two-step verification",
    description: "Every active account with an administrator's role has two-step verification on.",
    remediation: `${policiesPage} > *Authentication policies*: require two-step verification, or single sign-on, of administrators.`,
    severity: "CRITICAL",
    maxPoints: 10,
    judge: ({ admins, adminsWithoutFactor }) => share(admins, adminsWithoutFactor, noAdmin),
    failing: { adminsWithoutFactor: somebody },
  }),
  checkOf("people", {
    slug: "atlassian-people-with-factor",
    title: "Let every managed account have two-step verification",
    description:
      "Every active managed account has two-step verification on. With single sign-on it may be asked for elsewhere.",
    remediation: `${policiesPage} > *Authentication policies*: require two-step verification.`,
    severity: "HIGH",
    maxPoints: 8,
    judge: ({ managed, withoutFactor }) => share(managed, withoutFactor, noManaged),
    failing: { withoutFactor: somebody },
  }),
  checkOf("people", {
    slug: "atlassian-organization-admins",
    title: `Have between ${fewest} and ${most} organization admins`,
    description: "An organization admin may do everything. One alone locks the organization when they leave.",
    remediation: `${usersPage}: take the role from those who do not need it.`,
    severity: "HIGH",
    maxPoints: 6,
    judge: ({ orgAdmins }) => verdict(orgAdmins.count >= fewest && orgAdmins.count <= most, { orgAdmins }),
    failing: { orgAdmins: { count: 9, names: ["mira.holt@acme.test"] } },
  }),
  checkOf("people", {
    slug: "atlassian-outside-admins",
    title: "Let nobody outside the organization administer it",
    description: "Every administrator has a managed account, which the organization can lock.",
    remediation: `${usersPage}: take the roles from those in the evidence.`,
    severity: "HIGH",
    maxPoints: 6,
    judge: ({ admins, outsideAdmins }) => share(admins, outsideAdmins, noAdmin),
    failing: { outsideAdmins: somebody },
  }),
  checkOf("people", {
    slug: "atlassian-stale-admins",
    title: "Take roles from administrators who are no longer active",
    description: `Every administrator has used a product within the last ${staleDays} days.`,
    remediation: `${usersPage}: take the roles from those in the evidence, or suspend them.`,
    severity: "HIGH",
    maxPoints: 5,
    judge: ({ admins, staleAdmins }) => share(admins, staleAdmins, noAdmin),
    failing: { staleAdmins: somebody },
  }),
  checkOf("people", {
    slug: "atlassian-stale-accounts",
    title: "Suspend accounts that are no longer used",
    description: `Every active managed account has used a product within the last ${staleDays} days.`,
    remediation: `${usersPage}: suspend those in the evidence.`,
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ managed, stale }) => share(managed, stale, noManaged),
    failing: { stale: somebody },
  }),
  checkOf("people", {
    slug: "atlassian-outsiders",
    title: "Know who from outside has access",
    description: "No active account is unmanaged. Accept the risk for guests that are wanted.",
    remediation: `${usersPage}: suspend or remove those in the evidence who are not wanted.`,
    severity: "MEDIUM",
    maxPoints: 3,
    judge: ({ outsiders }) => verdict(outsiders.count === 0, { outsiders }),
    failing: { outsiders: { count: 1, names: ["pat@partner.test"] } },
  }),
  checkOf("policies", {
    slug: "atlassian-ip-allowlist",
    title: "Let people in from known addresses only",
    description: "A list of allowed addresses is switched on.",
    remediation: `${policiesPage} > *IP allowlists*: create one and switch it on.`,
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ enabled }) => verdict(enabled.includes("ip-allowlist"), { enabled }),
    failing: { enabled: ["data-security"] },
  }),
  checkOf("policies", {
    slug: "atlassian-data-security",
    title: "Have a data security policy",
    description: "A data security policy, which controls exports, public links and apps, is switched on.",
    remediation: `${policiesPage} > *Data security policies*: create one and switch it on.`,
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ enabled }) => verdict(enabled.includes("data-security"), { enabled }),
    failing: { enabled: ["ip-allowlist"] },
  }),
  checkOf("domains", {
    slug: "atlassian-verified-domains",
    title: "Verify the organization's domains",
    description:
      "At least one domain is verified and none waits for it: accounts of other domains stay unmanaged and invisible.",
    remediation: "admin.atlassian.com → *Settings > Domains*: verify those in the evidence, or remove them.",
    severity: "HIGH",
    maxPoints: 5,
    judge: ({ verified, unverified }) =>
      verdict(verified.length > 0 && unverified.length === 0, { verified, unverified }),
    failing: { unverified: ["old.acme.test"] },
  }),
  checkOf("tokens", {
    slug: "atlassian-endless-tokens",
    title: "Let every API token end",
    description: "Every API token of a managed account has an expiry date.",
    remediation: "Gatehouse's OAuth apps page: revoke the tokens in the evidence, and have their owners make new ones.",
    severity: "MEDIUM",
    maxPoints: 4,
    judge: ({ tokens, endless }) => share(tokens, endless, noToken),
    failing: { endless: { count: 1, names: ["ci"] } },
  }),
  checkOf("tokens", {
    slug: "atlassian-stale-tokens",
    title: "Revoke API tokens that nobody uses",
    description: `Every API token was used within the last ${staleDays} days.`,
    remediation: "Gatehouse's OAuth apps page: revoke the tokens in the evidence.",
    severity: "MEDIUM",
    maxPoints: 3,
    judge: ({ tokens, stale }) => share(tokens, stale, noToken),
    failing: { stale: { count: 1, names: ["ci"] } },
  }),
];
