import { choice, type SettingCheck, toggle } from "./setting.ts";

const apiControls = "Admin console → **Security** → **Access and data control** → **API controls**";

export const appSettings: readonly SettingCheck[] = [
  choice("accessLevel", ["BLOCK_ALL_SCOPES"], "UNSPECIFIED_UBER_BLOCK", {
    slug: "google-unconfigured-apps",
    title: "Block third-party apps that nobody has reviewed",
    description: "Otherwise everybody may give any app of the world access to their mail and files.",
    remediation: `${apiControls} → *Settings* → *Unconfigured third-party apps*: **Don't allow users to access any third-party apps**.`,
    severity: "HIGH",
    maxPoints: 8,
    scuba: "COMMONCONTROLS.10.4v1",
    setting: "api_controls.unconfigured_third_party_apps",
  }),
  toggle("trustInternalApps", false, {
    slug: "google-internal-apps",
    title: "Trust internal apps one by one",
    description:
      "Otherwise every script that a colleague writes may ask for everything. The CIS benchmark weighs this the other way (4.2.1.3).",
    remediation: `${apiControls} → *Settings* → *Internal apps*: clear *Trust internal apps*.`,
    severity: "MEDIUM",
    maxPoints: 4,
    scuba: "COMMONCONTROLS.10.3v1",
    setting: "api_controls.internal_apps",
  }),
  {
    slug: "google-marketplace-apps",
    title: "Allow approved Marketplace apps only",
    description: "An app of the Marketplace reads what the person who installs it may read.",
    remediation:
      "Admin console → **Apps** → **Google Workspace Marketplace apps** → **Settings**: *Allow users to install and run only selected apps*, without all internal apps.",
    severity: "HIGH",
    maxPoints: 6,
    scuba: "COMMONCONTROLS.11.1v1",
    cis: "3.1.9.1.1",
    setting: "workspace_marketplace.apps_access_options",
    fields: ["accessLevel"],
    passes: ({ accessLevel, allowAllInternalApps }) =>
      ["ALLOW_LISTED_APPS", "ALLOW_NONE"].includes(String(accessLevel)) && allowAllInternalApps !== true,
    examples: {
      pass: { accessLevel: "ALLOW_LISTED_APPS", allowAllInternalApps: false },
      fail: { accessLevel: "ALLOW_ALL", allowAllInternalApps: false },
    },
  },
  {
    slug: "google-takeout",
    title: "Switch Google Takeout off",
    description: "It hands a person all their data in one download, on any device.",
    remediation: "Admin console → **Data** → **Data import & export** → **Google Takeout**: off for everyone.",
    severity: "MEDIUM",
    maxPoints: 4,
    scuba: "COMMONCONTROLS.12.1v1",
    setting: "takeout.service_status",
    fields: ["serviceState"],
    passes: ({ serviceState }) => /^disabled$/i.test(String(serviceState)),
    examples: { pass: { serviceState: "DISABLED" }, fail: { serviceState: "ENABLED" } },
  },
  {
    slug: "google-sites",
    title: "Switch Google Sites off",
    description: "Anybody can publish a page there under the name of the organisation.",
    remediation: "Admin console → **Apps** → **Google Workspace** → **Sites**: off for everyone.",
    severity: "LOW",
    maxPoints: 2,
    scuba: "SITES.1.1v1",
    cis: "3.1.7.1",
    setting: "sites.service_status",
    fields: ["serviceState"],
    passes: ({ serviceState }) => /^disabled$/i.test(String(serviceState)),
    examples: { pass: { serviceState: "DISABLED" }, fail: { serviceState: "ENABLED" } },
  },
  {
    slug: "google-early-access-apps",
    title: "Switch early access apps off",
    description: "Their terms and their protection are not those of the core services.",
    remediation: "Admin console → **Apps** → **Additional Google services** → **Early Access Apps**: off for everyone.",
    severity: "LOW",
    maxPoints: 2,
    scuba: "COMMONCONTROLS.16.2v1",
    setting: "early_access_apps.service_status",
    fields: ["serviceState"],
    passes: ({ serviceState }) => /^disabled$/i.test(String(serviceState)),
    examples: { pass: { serviceState: "DISABLED" }, fail: { serviceState: "ENABLED" } },
  },
  choice("multiPartyApprovalState", ["ENABLED"], "DISABLED", {
    slug: "google-multi-party-approval",
    title: "Have sensitive changes approved by a second admin",
    description: "One stolen admin account then cannot switch off what protects all others.",
    remediation:
      "Admin console → **Security** → **Authentication** → **Multi-party approval settings**: require it for sensitive admin actions.",
    severity: "MEDIUM",
    maxPoints: 4,
    scuba: "COMMONCONTROLS.17.1v1",
    setting: "multi_party_approval.require_approvals",
  }),
  {
    slug: "google-conflicting-accounts",
    title: "Replace conflicting unmanaged accounts by managed ones",
    description: "A personal Google account with an address of the organisation is under nobody's rules.",
    remediation:
      "Admin console → **Account** → **Account settings** → **Conflicting accounts management**: *Replace conflicting unmanaged accounts with managed ones*.",
    severity: "LOW",
    maxPoints: 2,
    scuba: "COMMONCONTROLS.7.1v1",
    setting: "provisioning.conflicting_accounts_management",
    fields: [],
    // Sources do not agree about what Google calls the field.
    passes: ({ option, conflictingAccountsManagement = option }) =>
      typeof conflictingAccountsManagement === "string"
        ? conflictingAccountsManagement === "REPLACE_CONFLICTING_ACCOUNT"
        : null,
    examples: { pass: { option: "REPLACE_CONFLICTING_ACCOUNT" }, fail: { option: "PRESERVE_CONFLICTING_ACCOUNT" } },
  },
];
