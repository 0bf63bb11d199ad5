import type { Check } from "#src/connector-kit/contract/checks.ts";
import { isObject, listOf } from "#src/connector-kit/record.ts";
import { cis, read, setting, settingsUrl } from "./setting.ts";

/** Who gets in, and how. */
export const membersChecks: readonly Check[] = [
  {
    slug: "github-two-factor-required",
    title: "Require two-factor authentication",
    description:
      "The organization lets in only people who use two-factor authentication, so that a stolen password alone opens nothing.",
    remediation: `1. Tell the members without a second factor; they are removed when the setting is switched on.\n2. ${settingsUrl} → **Authentication security** → tick *Require two-factor authentication for everyone*.`,
    severity: "HIGH",
    maxPoints: 10,
    benchmark: cis("1.3.5"),
    ...setting("two_factor_requirement_enabled", true),
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
    slug: "github-outside-collaborators",
    title: "Only owners invite outside collaborators",
    description: "People from outside see your code; access for them should be decided in one place.",
    remediation: `${settingsUrl} → **Member privileges** → *Admin repository permissions*: untick *Allow repository administrators to invite outside collaborators*.`,
    severity: "MEDIUM",
    maxPoints: 5,
    ...setting("members_can_invite_outside_collaborators", false),
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
    ...setting("is_verified", true),
  },
];
