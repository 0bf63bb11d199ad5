import type { Check } from "#src/connector-kit/contract/checks.ts";
import { listOf, objectOf, valueAt } from "#src/connector-kit/record.ts";
import { named, recordsOf, some, verdict } from "./check.ts";
import {
  blocks,
  everywhere,
  examplePolicy,
  forAdmins,
  forAllApps,
  forAllUsers,
  grantsOnlyWith,
  holds,
  policyCheck,
  requiresMfa,
  requiresPhishingResistant,
  type Test,
} from "./conditional-access.ts";

const place = "Microsoft Entra admin center → **Protection** → **Conditional Access**";
const mfa = { operator: "OR", builtInControls: ["mfa"] };
const block = { operator: "OR", builtInControls: ["block"] };
const strength = {
  operator: "OR",
  builtInControls: [],
  authenticationStrength: {
    id: "00000000-0000-0000-0000-000000000004",
    displayName: "Phishing-resistant MFA",
    allowedCombinations: ["windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor"],
  },
};

const intuneEnrolment = "d4ebce55-015a-49b5-a083-c84d1797ae8c";
const sharePointOnline = "00000003-0000-0ff1-ce00-000000000000";
const reportOnly = "enabledForReportingButNotEnforced";

const guestsIncluded: Test = (policy) =>
  forAllUsers(policy) || valueAt(policy, "conditions.users.includeGuestsOrExternalUsers") != null;

/** Who may sign in, and with what proof. */
export const signInChecks: readonly Check[] = [
  {
    slug: "office365-baseline-protection",
    title: "Protect sign-in by policies or by security defaults",
    description: "A tenant with neither asks for a password alone, from everywhere.",
    remediation: `${place}: create policies; or **Identity** → **Overview** → **Properties** → *Manage security defaults*.`,
    severity: "CRITICAL",
    maxPoints: 10,
    needs: ["conditionalAccess", "securityDefaults"],
    evaluate(snapshot) {
      const inForce = recordsOf(snapshot, "conditionalAccess").filter(({ state }) => state === "enabled");
      const { isEnabled } = objectOf(snapshot.get("securityDefaults"));
      return verdict(inForce.length > 0 || isEnabled === true, {
        policiesInForce: inForce.length,
        securityDefaults: isEnabled,
      });
    },
    examples: {
      pass: { conditionalAccess: [], securityDefaults: { isEnabled: true } },
      fail: { conditionalAccess: [], securityDefaults: { isEnabled: false } },
    },
  },
  policyCheck({
    slug: "office365-legacy-authentication",
    title: "Block legacy authentication",
    description: "Old protocols know no second factor: a guessed password is enough for them.",
    remediation: `${place}: for all users and resources, client apps *Exchange ActiveSync clients* and *Other clients*, block.`,
    severity: "CRITICAL",
    maxPoints: 10,
    ...named({ cis: "5.2.2.3", scuba: "MS.AAD.1.1v1" }),
    orSecurityDefaults: true,
    wanted: [forAllUsers, forAllApps, holds("conditions.clientAppTypes", "exchangeActiveSync", "other"), blocks],
    example: examplePolicy({ clientAppTypes: ["exchangeActiveSync", "other"] }, block),
  }),
  policyCheck({
    slug: "office365-mfa-everybody",
    title: "Require multifactor authentication of everybody",
    description: "A password alone, once guessed or phished, opens everything that its owner may open.",
    remediation: `${place}: for all users and resources, grant access with *Require multifactor authentication*.`,
    severity: "CRITICAL",
    maxPoints: 10,
    ...named({ cis: "5.2.2.2", scuba: "MS.AAD.3.2v2" }),
    orSecurityDefaults: true,
    wanted: [forAllUsers, forAllApps, everywhere, requiresMfa],
    example: examplePolicy({}, mfa),
  }),
  policyCheck({
    slug: "office365-mfa-administrators",
    title: "Require multifactor authentication of administrators",
    description: "Who administers the tenant can open everything in it.",
    remediation: `${place}: for the highly privileged roles and all resources, require multifactor authentication.`,
    severity: "CRITICAL",
    maxPoints: 10,
    ...named({ cis: "5.2.2.1" }),
    orSecurityDefaults: true,
    wanted: [forAdmins, forAllApps, everywhere, requiresMfa],
    example: examplePolicy({}, mfa),
  }),
  policyCheck({
    slug: "office365-mfa-guests",
    title: "Require multifactor authentication of guests",
    description: "Whether a guest's own organisation asks for a second factor is not known here.",
    remediation: `${place}: for guests and external users, or for all users, require multifactor authentication.`,
    severity: "HIGH",
    maxPoints: 6,
    wanted: [guestsIncluded, forAllApps, everywhere, requiresMfa],
    example: examplePolicy({}, mfa),
  }),
  policyCheck({
    slug: "office365-phishing-resistant-everybody",
    title: "Require phishing-resistant authentication of everybody",
    description: "Codes and confirmations can be phished; keys, certificates and Windows Hello cannot.",
    remediation: `${place}: for all users and resources, require the authentication strength *Phishing-resistant MFA*.`,
    severity: "MEDIUM",
    maxPoints: 5,
    ...named({ scuba: "MS.AAD.3.1v1" }),
    wanted: [forAllUsers, forAllApps, everywhere, requiresPhishingResistant],
    example: examplePolicy({}, strength),
  }),
  policyCheck({
    slug: "office365-phishing-resistant-administrators",
    title: "Require phishing-resistant authentication of administrators",
    description: "Administrators are worth a phishing page of their own.",
    remediation: `${place}: for the highly privileged roles, require the authentication strength *Phishing-resistant MFA*.`,
    severity: "HIGH",
    maxPoints: 8,
    ...named({ cis: "5.2.2.5", scuba: "MS.AAD.3.6v1" }),
    wanted: [forAdmins, forAllApps, everywhere, requiresPhishingResistant],
    example: examplePolicy({}, strength),
  }),
  policyCheck({
    slug: "office365-managed-devices",
    title: "Let managed devices alone sign in",
    description: "A device that nobody manages keeps what it downloads.",
    remediation: `${place}: for all users and resources, require a compliant or hybrid joined device.`,
    severity: "MEDIUM",
    maxPoints: 5,
    ...named({ cis: "5.2.2.9", scuba: "MS.AAD.3.7v1" }),
    wanted: [forAllUsers, forAllApps, grantsOnlyWith("compliantDevice", "domainJoinedDevice")],
    example: examplePolicy({}, { operator: "OR", builtInControls: ["compliantDevice", "domainJoinedDevice"] }),
  }),
  policyCheck({
    slug: "office365-registration-from-managed-devices",
    title: "Let managed devices alone register authentication methods",
    description: "Who has a stolen password first registers a second factor of their own.",
    remediation: `${place}: for the user action *Register security information*, require a compliant or hybrid joined device.`,
    severity: "MEDIUM",
    maxPoints: 5,
    ...named({ cis: "5.2.2.10", scuba: "MS.AAD.3.8v1" }),
    wanted: [
      forAllUsers,
      holds("conditions.applications.includeUserActions", "urn:user:registersecurityinfo"),
      grantsOnlyWith("compliantDevice", "domainJoinedDevice"),
    ],
    example: examplePolicy(
      { applications: { includeApplications: [], includeUserActions: ["urn:user:registersecurityinfo"] } },
      { operator: "OR", builtInControls: ["compliantDevice"] },
    ),
  }),
  policyCheck({
    slug: "office365-device-code",
    title: "Block sign-in by device code",
    description: "A code that an attacker asked for signs the attacker in as the person who types it.",
    remediation: `${place}: condition *Authentication flows* → *Device code flow*, block.`,
    severity: "HIGH",
    maxPoints: 6,
    ...named({ cis: "5.2.2.12", scuba: "MS.AAD.3.9v1" }),
    wanted: [
      forAllUsers,
      (policy) => /deviceCodeFlow/.test(String(valueAt(policy, "conditions.authenticationFlows.transferMethods"))),
      blocks,
    ],
    example: examplePolicy({ authenticationFlows: { transferMethods: "deviceCodeFlow" } }, block),
  }),
  policyCheck({
    slug: "office365-administrator-sessions",
    title: "End the sessions of administrators, and keep none in browsers",
    description: "A session of an administrator that lasts for weeks is worth stealing.",
    remediation: `${place}: for the highly privileged roles, *Sign-in frequency* of a day or less and *Persistent browser session* never.`,
    severity: "MEDIUM",
    maxPoints: 5,
    ...named({ cis: "5.2.2.4" }),
    wanted: [
      forAdmins,
      endsWithinADay,
      (policy) => valueAt(policy, "sessionControls.persistentBrowser.mode") === "never",
    ],
    example: examplePolicy({}, null, {
      signInFrequency: { isEnabled: true, type: "hours", value: 4, frequencyInterval: "timeBased" },
      persistentBrowser: { isEnabled: true, mode: "never" },
    }),
  }),
  policyCheck({
    slug: "office365-enrolment-sign-in",
    title: "Ask for a sign-in each time a device is enrolled",
    description: "A stolen session must not be enough to bring in a device.",
    remediation: `${place}: for *Microsoft Intune Enrollment*, *Sign-in frequency* every time.`,
    severity: "LOW",
    maxPoints: 3,
    ...named({ cis: "5.2.2.11" }),
    wanted: [
      forAllUsers,
      (policy) => forAllApps(policy) || holds("conditions.applications.includeApplications", intuneEnrolment)(policy),
      (policy) => valueAt(policy, "sessionControls.signInFrequency.frequencyInterval") === "everyTime",
    ],
    example: examplePolicy({}, mfa, { signInFrequency: { isEnabled: true, frequencyInterval: "everyTime" } }),
  }),
  policyCheck({
    slug: "office365-sharepoint-unmanaged-devices",
    title: "Limit SharePoint and OneDrive on unmanaged devices",
    description: "With restrictions enforced by the app, files are seen in the browser and not downloaded.",
    remediation: `${place}: for *Office 365 SharePoint Online*, session control *Use app enforced restrictions*; then SharePoint admin center → **Access control**.`,
    severity: "MEDIUM",
    maxPoints: 4,
    wanted: [
      forAllUsers,
      (policy) =>
        listOf(valueAt(policy, "conditions.applications.includeApplications")).some((app) =>
          ["All", "Office365", sharePointOnline].includes(String(app)),
        ),
      (policy) => valueAt(policy, "sessionControls.applicationEnforcedRestrictions.isEnabled") === true,
    ],
    example: examplePolicy({ applications: { includeApplications: ["Office365"] } }, null, {
      applicationEnforcedRestrictions: { isEnabled: true },
    }),
  }),
  {
    slug: "office365-report-only-policies",
    title: "Leave no policy in report-only mode",
    description: "A policy that only reports protects nobody; it was to be switched on after a trial.",
    remediation: `${place}: switch on the policies whose trial is over, or delete them.`,
    severity: "LOW",
    maxPoints: 2,
    needs: ["conditionalAccess"],
    evaluate(snapshot) {
      const trials = recordsOf(snapshot, "conditionalAccess").filter(({ state }) => state === reportOnly);
      return verdict(trials.length === 0, { policies: some(trials).map(({ displayName }) => displayName) });
    },
    examples: {
      pass: { conditionalAccess: [examplePolicy({}, mfa)] },
      fail: { conditionalAccess: [{ ...examplePolicy({}, mfa), state: reportOnly }] },
    },
  },
];

function endsWithinADay(policy: Record<string, unknown>): boolean {
  const { isEnabled, type, value, frequencyInterval } = objectOf(valueAt(policy, "sessionControls.signInFrequency"));
  if (isEnabled !== true) return false;
  if (frequencyInterval === "everyTime") return true;
  return typeof value === "number" && value <= (type === "hours" ? 24 : 1);
}
