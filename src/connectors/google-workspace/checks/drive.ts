import { choice, type SettingCheck, toggle } from "./setting.ts";

const sharing = "Admin console → **Apps** → **Google Workspace** → **Drive and Docs** → **Sharing settings**";
const features = "Admin console → **Apps** → **Google Workspace** → **Drive and Docs** → **Features and Applications**";
const external = "drive_and_docs.external_sharing";
const creation = "drive_and_docs.shared_drive_creation";
const app = "drive_and_docs";

export const driveSettings: readonly SettingCheck[] = [
  choice("externalSharingMode", ["ALLOWLISTED_DOMAINS", "DISALLOWED"], "ALLOWED", {
    slug: "google-drive-external-sharing",
    title: "Share files with allowlisted domains only",
    description: "Otherwise everybody may share everything with any address.",
    remediation: `${sharing} → *Sharing outside of the organisation*: **Allowlisted domains**, or **Off**.`,
    severity: "HIGH",
    maxPoints: 8,
    scuba: "DRIVEDOCS.1.1v1",
    cis: "3.1.2.1.1.3",
    setting: external,
    app,
  }),
  {
    slug: "google-drive-receiving",
    title: "Receive no files from domains that are not allowlisted",
    description: "A file from outside may be a lure, and what is written into it belongs to its owner.",
    remediation: `${sharing} → *Sharing outside of the organisation*: clear *Allow users to receive files from users or shared drives outside of allowlisted domains*.`,
    severity: "LOW",
    maxPoints: 2,
    scuba: "DRIVEDOCS.1.2v1",
    setting: external,
    app,
    fields: ["externalSharingMode"],
    passes: ({ externalSharingMode, ...value }) => {
      if (externalSharingMode === "ALLOWED") return false;
      const field =
        externalSharingMode === "DISALLOWED"
          ? "allowReceivingExternalFiles"
          : "allowReceivingFilesOutsideAllowlistedDomains";
      return typeof value[field] === "boolean" ? !value[field] : null;
    },
    examples: {
      pass: { externalSharingMode: "DISALLOWED", allowReceivingExternalFiles: false },
      fail: { externalSharingMode: "ALLOWLISTED_DOMAINS", allowReceivingFilesOutsideAllowlistedDomains: true },
    },
  },
  {
    slug: "google-drive-sharing-warning",
    title: "Warn people who share a file outside",
    description: "A mistyped address is noticed before the file has left.",
    remediation: `${sharing} → *Sharing outside of the organisation*: tick *Warn when files owned by users are shared* with people outside.`,
    severity: "MEDIUM",
    maxPoints: 4,
    scuba: "DRIVEDOCS.1.3v1",
    cis: "3.1.2.1.1.1, 3.1.2.1.1.4",
    setting: external,
    app,
    fields: ["externalSharingMode"],
    passes: ({ externalSharingMode, ...value }) => {
      if (externalSharingMode === "DISALLOWED") return true;
      const field =
        externalSharingMode === "ALLOWED" ? "warnForExternalSharing" : "warnForSharingOutsideAllowlistedDomains";
      return typeof value[field] === "boolean" ? value[field] : null;
    },
    examples: {
      pass: { externalSharingMode: "ALLOWED", warnForExternalSharing: true },
      fail: { externalSharingMode: "ALLOWED", warnForExternalSharing: false },
    },
  },
  {
    slug: "google-drive-non-google-accounts",
    title: "Share files with people who sign in only",
    description: "A person without a Google account opens a file by a code in a message, which can be passed on.",
    remediation: `${sharing} → *Sharing outside of the organisation*: do not allow sharing with people who are not using a Google account.`,
    severity: "MEDIUM",
    maxPoints: 3,
    scuba: "DRIVEDOCS.1.4v1",
    setting: external,
    app,
    fields: ["externalSharingMode"],
    passes: ({ externalSharingMode, ...value }) => {
      if (externalSharingMode === "DISALLOWED") return true;
      const field =
        externalSharingMode === "ALLOWED" ? "allowNonGoogleInvites" : "allowNonGoogleInvitesInAllowlistedDomains";
      return typeof value[field] === "boolean" ? !value[field] : null;
    },
    examples: {
      pass: { externalSharingMode: "ALLOWED", allowNonGoogleInvites: false },
      fail: { externalSharingMode: "ALLOWED", allowNonGoogleInvites: true },
    },
  },
  {
    slug: "google-drive-public-links",
    title: "Let files not be opened by anyone with the link",
    description: "A link that needs no account can be passed on, and nobody knows who opened it.",
    remediation: `${sharing} → *Sharing outside of the organisation*: clear *make files and published web content visible to anyone with the link*.`,
    severity: "HIGH",
    maxPoints: 8,
    scuba: "DRIVEDOCS.1.5v1",
    cis: "3.1.2.1.1.2",
    setting: external,
    app,
    fields: ["externalSharingMode", "allowPublishingFiles"],
    passes: ({ externalSharingMode, allowPublishingFiles }) =>
      externalSharingMode === "DISALLOWED" || allowPublishingFiles === false,
    examples: {
      pass: { externalSharingMode: "ALLOWED", allowPublishingFiles: false },
      fail: { externalSharingMode: "ALLOWED", allowPublishingFiles: true },
    },
  },
  choice("accessCheckerSuggestions", ["RECIPIENTS_ONLY"], "RECIPIENTS_OR_AUDIENCE_OR_PUBLIC", {
    slug: "google-drive-access-checker",
    title: "Have Access Checker suggest the recipients only",
    description: "It suggests whom to open a file to when a link is sent; most people accept the suggestion.",
    remediation: `${sharing} → *Access Checker*: **Recipients only**.`,
    severity: "LOW",
    maxPoints: 3,
    scuba: "DRIVEDOCS.1.6v1",
    cis: "3.1.2.1.1.5",
    setting: external,
    app,
  }),
  {
    slug: "google-drive-distribution",
    title: "Let nobody move content to shared drives of other organisations",
    description: "There it belongs to the other organisation permanently.",
    remediation: `${sharing} → *Distributing content outside of the organisation*: **No one**.`,
    severity: "MEDIUM",
    maxPoints: 4,
    scuba: "DRIVEDOCS.1.7v1",
    setting: external,
    app,
    fields: ["externalSharingMode", "allowedPartiesForDistributingContent"],
    passes: ({ externalSharingMode, allowedPartiesForDistributingContent }) =>
      externalSharingMode === "DISALLOWED" || allowedPartiesForDistributingContent === "NONE",
    examples: {
      pass: { externalSharingMode: "ALLOWED", allowedPartiesForDistributingContent: "NONE" },
      fail: { externalSharingMode: "ALLOWED", allowedPartiesForDistributingContent: "ALL_ELIGIBLE_USERS" },
    },
  },
  choice("defaultFileAccess", ["PRIVATE_TO_OWNER", "LINK_SHARING_PRIVATE"], "PRIMARY_AUDIENCE_WITH_LINK_OR_SEARCH", {
    slug: "google-drive-default-access",
    title: "Make new files private to their owner",
    description: "Most people keep the default: to open a file to all colleagues should be a decision.",
    remediation: `${sharing} → *General access default*: **Private to the owner**.`,
    severity: "MEDIUM",
    maxPoints: 5,
    scuba: "DRIVEDOCS.1.8v1",
    setting: "drive_and_docs.general_access_default",
    app,
  }),
  toggle("highlightingEnabled", true, {
    slug: "google-drive-external-file-warning",
    title: "Mark files that belong to people outside",
    description: "Who sees that a file is not the organisation's own writes other things into it.",
    remediation: `${sharing} → *Out-of-domain file warnings*: on.`,
    severity: "LOW",
    maxPoints: 3,
    scuba: "DRIVEDOCS.1.9v1",
    setting: "drive_and_docs.external_file_warning",
    app,
  }),
  toggle("allowManagersToOverrideSettings", false, {
    slug: "google-shared-drive-override",
    title: "Let managers of shared drives not override their settings",
    description: "Otherwise each of them decides whether the drive is open to people outside.",
    remediation: `${sharing} → *Shared drive creation*: clear *Allow members with manager access to override the settings below*.`,
    severity: "MEDIUM",
    maxPoints: 4,
    scuba: "DRIVEDOCS.2.1v1",
    cis: "3.1.2.1.2.2",
    setting: creation,
    app,
  }),
  toggle("allowExternalUserAccess", false, {
    slug: "google-shared-drive-outsiders",
    title: "Keep people outside from new shared drives",
    description: "A member of a shared drive opens everything in it, and what will be added to it.",
    remediation: `${sharing} → *Shared drive creation*: clear *Allow users outside of the organisation to access files in shared drives*.`,
    severity: "MEDIUM",
    maxPoints: 4,
    setting: creation,
    app,
  }),
  {
    slug: "google-drive-security-update",
    title: "Apply the security update for links of files",
    description: "Without it the addresses of old files can be guessed from others.",
    remediation: `${sharing} → *Security update for files*: **Apply security update to all impacted files**, and let people not remove it.`,
    severity: "MEDIUM",
    maxPoints: 3,
    scuba: "DRIVEDOCS.3.1v1",
    setting: "drive_and_docs.file_security_update",
    app,
    fields: ["securityUpdate", "allowUsersToManageUpdate"],
    passes: ({ securityUpdate, allowUsersToManageUpdate }) =>
      securityUpdate === "APPLY_TO_IMPACTED_FILES" && allowUsersToManageUpdate === false,
    examples: {
      pass: { securityUpdate: "APPLY_TO_IMPACTED_FILES", allowUsersToManageUpdate: false },
      fail: { securityUpdate: "REMOVE_FROM_IMPACTED_FILES", allowUsersToManageUpdate: false },
    },
  },
  toggle("enableDriveSdkApiAccess", false, {
    slug: "google-drive-sdk",
    title: "Close the Drive API to apps of users",
    description:
      "An app that a user allows reads their files through it. Gatehouse reads by domain-wide delegation; try it in a test unit before.",
    remediation: `${features} → *Drive SDK*: clear *Allow users to access Google Drive with the Drive SDK API*.`,
    severity: "LOW",
    maxPoints: 2,
    scuba: "DRIVEDOCS.4.1v1",
    setting: "drive_and_docs.drive_sdk",
    app,
  }),
  {
    slug: "google-drive-desktop",
    title: "Allow Drive for desktop on authorised devices only",
    description: "It keeps a copy of the files on every computer that it is installed on.",
    remediation: `${features} → *Google Drive for desktop*: **Only allow Google Drive for desktop on authorized devices**, or off.`,
    severity: "MEDIUM",
    maxPoints: 4,
    scuba: "DRIVEDOCS.5.1v1",
    cis: "3.1.2.2.2",
    setting: "drive_and_docs.drive_for_desktop",
    app,
    fields: ["allowDriveForDesktop"],
    passes: ({ allowDriveForDesktop, restrictToAuthorizedDevices }) =>
      allowDriveForDesktop === false || restrictToAuthorizedDevices === true,
    examples: {
      pass: { allowDriveForDesktop: true, restrictToAuthorizedDevices: true },
      fail: { allowDriveForDesktop: true, restrictToAuthorizedDevices: false },
    },
  },
];
