import type { Check } from "#src/connector-kit/contract/checks.ts";
import { objectOf } from "#src/connector-kit/record.ts";
import { unknown, verdict } from "./judge.ts";

export const organizationChecks: readonly Check[] = [
  {
    slug: "okta-threat-insight",
    title: "Block addresses that attack other organizations",
    description: "ThreatInsight refuses sign-ins from addresses Okta has seen attacking.",
    remediation:
      "Admin Console → **Security** → **General** → *Okta ThreatInsight settings*: *Log and enforce security based on threat level*.",
    severity: "MEDIUM",
    maxPoints: 5,
    needs: ["threatInsight"],
    evaluate(snapshot) {
      const { action } = objectOf(snapshot.get("threatInsight"));
      if (typeof action !== "string") return unknown("Okta does not name the ThreatInsight action.");
      return {
        ...verdict(action === "block", { action }),
        share: action === "block" ? 1 : action === "audit" ? 0.3 : 0,
      };
    },
    examples: { pass: { threatInsight: { action: "block" } }, fail: { threatInsight: { action: "audit" } } },
  },
  {
    slug: "okta-support-access",
    title: "Keep Okta Support out until it is needed",
    description: "Support acts in your org only after an administrator has let it in, and only for a time.",
    remediation:
      "Admin Console → **Settings** → **Account** → *Give access to Okta Support*: switch it off; grant it for a case when Support asks.",
    severity: "MEDIUM",
    maxPoints: 4,
    needs: ["oktaSupport"],
    evaluate(snapshot) {
      const { support } = objectOf(snapshot.get("oktaSupport"));
      if (typeof support !== "string") return unknown("Okta does not report whether Support has access.");
      return verdict(support === "DISABLED", { support });
    },
    examples: { pass: { oktaSupport: { support: "DISABLED" } }, fail: { oktaSupport: { support: "ENABLED" } } },
  },
];
