import type { Check } from "#src/connector-kit/contract/checks.ts";
import { listOf, objectOf } from "#src/connector-kit/record.ts";
import { isFalse, isTrue, named, noneFound, settingCheck, unknown, verdict } from "./check.ts";

const identity = "Microsoft Entra admin center → **Identity**";
const consent = `${identity} → **Applications** → **Enterprise applications** → **Consent and permissions**`;
const userSettings = `${identity} → **Users** → **User settings**`;

/** Which apps get in, who lets them in, and what members may do by default. */
export const consentChecks: readonly Check[] = [
  settingCheck({
    slug: "office365-app-registration",
    title: "Let administrators alone register applications",
    description: "A registered application is an account that no second factor protects.",
    remediation: `${userSettings}: *Users can register applications* No.`,
    severity: "MEDIUM",
    maxPoints: 5,
    ...named({ cis: "5.1.2.2", scuba: "MS.AAD.5.1v1" }),
    key: "authorizationPolicy",
    field: "defaultUserRolePermissions.allowedToCreateApps",
    passes: isFalse,
    examples: { pass: false, fail: true },
  }),
  {
    slug: "office365-user-consent",
    title: "Restrict users' consent to applications",
    description: "Consent phishing needs no password: the person allows the app to read their mail.",
    remediation: `${consent} → *User consent settings*: do not allow user consent.`,
    severity: "HIGH",
    maxPoints: 8,
    ...named({ cis: "5.1.5.1", scuba: "MS.AAD.5.2v1" }),
    needs: ["authorizationPolicy"],
    evaluate(snapshot) {
      const { defaultUserRolePermissions } = objectOf(snapshot.get("authorizationPolicy"));
      const policies = objectOf(defaultUserRolePermissions).permissionGrantPoliciesAssigned;
      if (!Array.isArray(policies)) return unknown("Microsoft does not show what users may consent to.");
      const own = policies.map(String).filter((one) => /^ManagePermissionGrantsForSelf\./i.test(one));
      const share =
        own.length > 0 && own.every((one) => /microsoft-user-default-low$/i.test(one)) ? { share: 0.5 } : {};
      return { ...verdict(own.length === 0, { policies: own }), ...share };
    },
    examples: {
      pass: { authorizationPolicy: { defaultUserRolePermissions: { permissionGrantPoliciesAssigned: [] } } },
      fail: {
        authorizationPolicy: {
          defaultUserRolePermissions: {
            permissionGrantPoliciesAssigned: ["ManagePermissionGrantsForSelf.microsoft-user-default-legacy"],
          },
        },
      },
    },
  },
  {
    slug: "office365-admin-consent-workflow",
    title: "Let people ask administrators for consent",
    description: "Who cannot ask for an app finds a way without asking.",
    remediation: `${consent} → *Admin consent settings*: users can request admin consent, with reviewers.`,
    severity: "LOW",
    maxPoints: 3,
    ...named({ cis: "5.1.5.2", scuba: "MS.AAD.5.3v1" }),
    needs: ["adminConsent"],
    evaluate(snapshot) {
      const { isEnabled, reviewers } = objectOf(snapshot.get("adminConsent"));
      const evidence = { isEnabled, reviewers: listOf(reviewers).length };
      return verdict(isEnabled === true && evidence.reviewers > 0, evidence);
    },
    examples: {
      pass: { adminConsent: { isEnabled: true, reviewers: [{ query: "/users/1" }] } },
      fail: { adminConsent: { isEnabled: false, reviewers: [] } },
    },
  },
  settingCheck({
    slug: "office365-risky-consent",
    title: "Let nobody consent to risky applications",
    description: "Microsoft counts an app as risky when it is new, unverified and asks for much.",
    remediation: "By Microsoft Graph: set `allowUserConsentForRiskyApps` of the authorization policy to false.",
    severity: "HIGH",
    maxPoints: 5,
    key: "authorizationPolicy",
    field: "allowUserConsentForRiskyApps",
    passes: isFalse,
    examples: { pass: false, fail: true },
  }),
  {
    slug: "office365-group-consent",
    title: "Let group owners consent to no applications",
    description: "An owner's consent opens the files and conversations of everybody in the group.",
    remediation: `${consent}: *Group owner consent for apps accessing data* do not allow.`,
    severity: "MEDIUM",
    maxPoints: 4,
    needs: ["groupSettings"],
    evaluate(snapshot) {
      const { EnableGroupSpecificConsent: value } = objectOf(
        objectOf(snapshot.get("groupSettings"))["Consent Policy Settings"],
      );
      if (value === undefined)
        return unknown("The tenant has no consent settings for groups; Microsoft's default holds.");
      return verdict(value !== "True", { EnableGroupSpecificConsent: value });
    },
    examples: {
      pass: { groupSettings: { "Consent Policy Settings": { EnableGroupSpecificConsent: "False" } } },
      fail: { groupSettings: { "Consent Policy Settings": { EnableGroupSpecificConsent: "True" } } },
    },
  },
  noneFound({
    slug: "office365-app-secrets",
    title: "Give applications no secrets that last longer than 180 days",
    description: "Secrets are copied into scripts and forgotten; a short life ends that.",
    remediation: `${identity} → **Applications** → **App registrations**: replace the secrets by certificates, or by shorter ones.`,
    severity: "MEDIUM",
    maxPoints: 4,
    ...named({ scuba: "MS.AAD.5.6v1 (what it asks of the policy, seen in the secrets that there are)" }),
    key: "applications",
    found: ({ longSecrets }) => listOf(longSecrets),
    examples: { pass: { longSecrets: [] }, fail: { longSecrets: ["Payroll export"] } },
  }),
  noneFound({
    slug: "office365-app-certificates",
    title: "Give applications no certificates that last longer than a year",
    description: "A key that is never replaced outlives those who knew where it lies.",
    remediation: `${identity} → **Applications** → **App registrations**: replace the certificates by ones of a year or less.`,
    severity: "LOW",
    maxPoints: 3,
    ...named({ scuba: "MS.AAD.5.7v1 (what it asks of the policy, seen in the certificates that there are)" }),
    key: "applications",
    found: ({ longCertificates }) => listOf(longCertificates),
    examples: { pass: { longCertificates: [] }, fail: { longCertificates: ["Payroll export"] } },
  }),
  settingCheck({
    slug: "office365-tenant-creation",
    title: "Let users create no tenants",
    description: "Who creates a tenant is its Global Administrator, and nobody here sees into it.",
    remediation: `${userSettings}: *Restrict non-admin users from creating tenants* Yes.`,
    severity: "LOW",
    maxPoints: 2,
    ...named({ cis: "5.1.2.3" }),
    key: "authorizationPolicy",
    field: "defaultUserRolePermissions.allowedToCreateTenants",
    passes: isFalse,
    examples: { pass: false, fail: true },
  }),
  settingCheck({
    slug: "office365-security-groups",
    title: "Let users create no security groups",
    description: "Groups grant access; those that anybody makes are reviewed by nobody.",
    remediation: `${identity} → **Groups** → **General**: *Users can create security groups* No.`,
    severity: "LOW",
    maxPoints: 2,
    ...named({ cis: "5.1.3.2" }),
    key: "authorizationPolicy",
    field: "defaultUserRolePermissions.allowedToCreateSecurityGroups",
    passes: isFalse,
    examples: { pass: false, fail: true },
  }),
  settingCheck({
    slug: "office365-bitlocker-keys",
    title: "Let users read no BitLocker keys by themselves",
    description: "With the key, a lost device or a user who leaves opens the disk.",
    remediation: `${identity} → **Devices** → **Device settings**: restrict users from recovering BitLocker keys.`,
    severity: "LOW",
    maxPoints: 2,
    ...named({ cis: "5.1.4.6" }),
    key: "authorizationPolicy",
    field: "defaultUserRolePermissions.allowedToReadBitlockerKeysForOwnedDevice",
    passes: isFalse,
    examples: { pass: false, fail: true },
  }),
  settingCheck({
    slug: "office365-msol-powershell",
    title: "Block the former PowerShell module for users",
    description: "MSOnline lists the whole directory to everybody who has an account.",
    remediation: "By Microsoft Graph: set `blockMsolPowerShell` of the authorization policy to true.",
    severity: "LOW",
    maxPoints: 2,
    key: "authorizationPolicy",
    field: "blockMsolPowerShell",
    passes: isTrue,
    examples: { pass: true, fail: false },
  }),
  settingCheck({
    slug: "office365-self-service-join",
    title: "Let nobody join by proving an e-mail address",
    description: "Otherwise everyone who can read a mailbox of one of the domains gets an account.",
    remediation:
      "By Microsoft Graph: set `allowEmailVerifiedUsersToJoinOrganization` of the authorization policy to false.",
    severity: "MEDIUM",
    maxPoints: 3,
    key: "authorizationPolicy",
    field: "allowEmailVerifiedUsersToJoinOrganization",
    passes: isFalse,
    examples: { pass: false, fail: true },
  }),
  settingCheck({
    slug: "office365-self-service-subscriptions",
    title: "Let users sign up for no subscriptions by themselves",
    description: "A trial brings in a service that nobody has looked at, with the organisation's data.",
    remediation:
      "By Microsoft Graph: set `allowedToSignUpEmailBasedSubscriptions` of the authorization policy to false.",
    severity: "LOW",
    maxPoints: 2,
    key: "authorizationPolicy",
    field: "allowedToSignUpEmailBasedSubscriptions",
    passes: isFalse,
    examples: { pass: false, fail: true },
  }),
];
