import type { Check } from "#src/connector-kit/contract/checks.ts";
import { listOf, objectOf } from "#src/connector-kit/record.ts";
import { type About, isFalse, isTrue, named, settingCheck, unknown, verdict } from "./check.ts";

const sharing = "SharePoint admin center → **Policies** → **Sharing**";
const access = "SharePoint admin center → **Policies** → **Access control**";

interface Setting extends About {
  field: string;
  passes: (value: unknown) => boolean;
  examples: { pass: unknown; fail: unknown };
}

/** A setting of the tenant's SharePoint. https://learn.microsoft.com/en-us/graph/api/resources/sharepointsettings */
const setting = (check: Setting): Check => settingCheck({ ...check, key: "sharePoint" });

/** SharePoint and OneDrive. Defaults of links, expiry of anonymous links and OneDrive's own level are shown by no call of Graph. */
export const sharePointChecks: readonly Check[] = [
  setting({
    slug: "office365-external-sharing",
    title: "Limit external sharing to guests that there are, or to nobody",
    description:
      "Beyond that, everybody opens sites and files to people whom nobody has checked, or to anybody with a link.",
    remediation: `${sharing}: *Existing guests* or *Only people in your organization*.`,
    severity: "HIGH",
    maxPoints: 8,
    ...named({ cis: "7.2.3", scuba: "MS.SHAREPOINT.1.1v1" }),
    field: "sharingCapability",
    passes: (value) => value === "disabled" || value === "existingExternalUserSharingOnly",
    examples: { pass: "existingExternalUserSharingOnly", fail: "externalUserAndGuestSharing" },
  }),
  setting({
    slug: "office365-anonymous-links",
    title: "Allow no links for anyone",
    description: "A link that needs no account can be passed on, and nobody knows who opened it.",
    remediation: `${sharing}: at most *New and existing guests*.`,
    severity: "HIGH",
    maxPoints: 6,
    field: "sharingCapability",
    passes: (value) => value !== "externalUserAndGuestSharing",
    examples: { pass: "externalUserSharingOnly", fail: "externalUserAndGuestSharing" },
  }),
  {
    slug: "office365-sharing-domains",
    title: "Limit external sharing to chosen domains",
    description: "Files then go to organisations that were approved.",
    remediation: `${sharing} → *More external sharing settings*: limit external sharing by domain, allow only specific domains.`,
    severity: "MEDIUM",
    maxPoints: 5,
    ...named({ cis: "7.2.6", scuba: "MS.SHAREPOINT.1.3v1" }),
    needs: ["sharePoint"],
    evaluate(snapshot) {
      const {
        sharingCapability,
        sharingDomainRestrictionMode: mode,
        sharingAllowedDomainList,
      } = objectOf(snapshot.get("sharePoint"));
      if (mode == null) return unknown("Microsoft does not show sharingDomainRestrictionMode of this tenant.");
      const domains = listOf(sharingAllowedDomainList);
      const isLimited = mode === "allowList" && domains.length > 0;
      return verdict(isLimited || sharingCapability === "disabled", { mode, domains: domains.slice(0, 50) });
    },
    examples: {
      pass: {
        sharePoint: { sharingDomainRestrictionMode: "allowList", sharingAllowedDomainList: ["partner.example"] },
      },
      fail: { sharePoint: { sharingDomainRestrictionMode: "none", sharingAllowedDomainList: [] } },
    },
  },
  setting({
    slug: "office365-guest-resharing",
    title: "Let guests not share what they do not own",
    description: "Otherwise a file goes on from one person outside to the next.",
    remediation: `${sharing} → *More external sharing settings*: *Allow guests to share items they don't own* off.`,
    severity: "MEDIUM",
    maxPoints: 5,
    ...named({ cis: "7.2.5" }),
    field: "isResharingByExternalUsersEnabled",
    passes: isFalse,
    examples: { pass: false, fail: true },
  }),
  setting({
    slug: "office365-invited-account",
    title: "Accept invitations by the account that was invited only",
    description: "Otherwise an invitation that was passed on lets in another person.",
    remediation: "SharePoint Online PowerShell: `Set-SPOTenant -RequireAcceptingAccountMatchInvitedAccount $true`.",
    severity: "MEDIUM",
    maxPoints: 3,
    field: "isRequireAcceptingUserToMatchInvitedUserEnabled",
    passes: isTrue,
    examples: { pass: true, fail: false },
  }),
  setting({
    slug: "office365-sharepoint-legacy-authentication",
    title: "Switch off legacy authentication in SharePoint",
    description: "Apps that know no modern authentication know no second factor.",
    remediation: `${access} → *Apps that don't use modern authentication*: block access.`,
    severity: "HIGH",
    maxPoints: 5,
    ...named({ cis: "7.2.1" }),
    field: "isLegacyAuthProtocolsEnabled",
    passes: isFalse,
    examples: { pass: false, fail: true },
  }),
  setting({
    slug: "office365-idle-sign-out",
    title: "Sign out sessions that are idle",
    description: "A browser that was left open on a shared device opens everything.",
    remediation: `${access} → *Idle session sign-out*: on; and Microsoft 365 admin center → **Org settings** → *Idle session timeout*.`,
    severity: "LOW",
    maxPoints: 3,
    ...named({ cis: "1.3.2 (of SharePoint and OneDrive)" }),
    field: "idleSessionSignOut.isEnabled",
    passes: isTrue,
    examples: { pass: true, fail: false },
  }),
  setting({
    slug: "office365-unmanaged-sync",
    title: "Synchronise OneDrive to joined computers only",
    description: "Otherwise whole libraries are copied to computers that nobody manages.",
    remediation:
      "SharePoint admin center → **Settings** → **OneDrive Sync**: allow syncing only on computers joined to specific domains.",
    severity: "MEDIUM",
    maxPoints: 4,
    ...named({ cis: "7.3.2" }),
    field: "isUnmanagedSyncAppForTenantRestricted",
    passes: isTrue,
    examples: { pass: true, fail: false },
  }),
  setting({
    slug: "office365-site-creation",
    title: "Let users create no sites by themselves",
    description: "Each site has sharing of its own, and nobody's review.",
    remediation: "SharePoint admin center → **Settings** → **Site creation**: users can create SharePoint sites off.",
    severity: "LOW",
    maxPoints: 2,
    field: "isSiteCreationEnabled",
    passes: isFalse,
    examples: { pass: false, fail: true },
  }),
  setting({
    slug: "office365-onedrive-retention",
    title: "Keep the OneDrive of people who left for 30 days or longer",
    description: "What a person took with them, or deleted, is found out later.",
    remediation: "SharePoint admin center → **Settings** → **OneDrive Retention**: 30 days or more.",
    severity: "LOW",
    maxPoints: 2,
    field: "deletedUserPersonalSiteRetentionPeriodInDays",
    passes: (value) => Number(value) >= 30,
    examples: { pass: 93, fail: 7 },
  }),
];
