import { type AppTemplates, repeated, type TemplateFacts } from "#src/connector-kit/policy-template.ts";

const signIn = { category: "LOG_ON", eventType: "Sign-in activity", outcome: "FAILURE" } as const;
const download = { category: "USER", eventType: "FileDownloaded", outcome: "SUCCESS" } as const;
const deletion = { category: "USER", eventType: "FileRecycled", outcome: "SUCCESS" } as const;
const admin = { category: "ADMIN", outcome: "SUCCESS" } as const;

const own: readonly TemplateFacts[] = [
  {
    slug: "office365-mail-forwarded-by-rule",
    name: "Inbox rule that forwards mail",
    description:
      "An inbox rule was created or changed that forwards or redirects messages: a usual step after a mailbox was taken over.",
    severity: "HIGH",
    filter: { eventTypes: ["New-InboxRule", "Set-InboxRule"], search: "forwards messages" },
    threshold: null,
    mitreTechniques: ["T1114.003"],
    examples: [
      {
        name: "a rule that forwards",
        events: [
          {
            ...{ at: 0, ...admin, eventType: "New-InboxRule" },
            description: "Ana created an inbox rule: x that forwards messages to box@evil.example",
          },
        ],
        alerts: 1,
      },
      {
        name: "a rule that files",
        events: [
          {
            ...{ at: 0, ...admin, eventType: "New-InboxRule" },
            description: "Ana created an inbox rule: News that moves messages to News",
          },
        ],
        alerts: 0,
      },
    ],
  },
  {
    slug: "office365-mass-download",
    name: "Many downloads from SharePoint and OneDrive",
    description: "One account downloaded or synchronised files 200 times within 10 minutes.",
    severity: "HIGH",
    filter: { eventTypes: ["FileDownloaded", "FileSyncDownloadedFull"], hasUser: true },
    threshold: { count: 200, windowSeconds: 600, sameUser: true, sameInstance: true },
    mitreTechniques: ["T1530"],
    examples: [
      { name: "two hundred within ten minutes", events: repeated(200, 2, download), alerts: 1 },
      { name: "a hundred", events: repeated(100, 2, download), alerts: 0 },
    ],
  },
  {
    slug: "office365-mass-deletion",
    name: "Many files deleted in SharePoint and OneDrive",
    description: "One account deleted files 100 times within 10 minutes, as ransomware and leavers do.",
    severity: "HIGH",
    filter: { eventTypes: ["FileDeleted", "FileRecycled", "FileDeletedSecondStageRecycleBin"], hasUser: true },
    threshold: { count: 100, windowSeconds: 600, sameUser: true, sameInstance: true },
    mitreTechniques: ["T1485"],
    examples: [
      { name: "a hundred within ten minutes", events: repeated(100, 5, deletion), alerts: 1 },
      { name: "ninety-nine", events: repeated(99, 5, deletion), alerts: 0 },
    ],
  },
  {
    slug: "office365-audit-weakened",
    name: "Auditing of Microsoft 365 changed",
    description: "The settings of the audit log were changed, or a mailbox was taken out of it.",
    severity: "HIGH",
    filter: { eventTypes: ["Set-AdminAuditLogConfig", "Set-MailboxAuditBypassAssociation"], hasUser: true },
    threshold: null,
    mitreTechniques: ["T1562.008"],
    examples: [
      { name: "a bypass", events: [{ at: 0, ...admin, eventType: "Set-MailboxAuditBypassAssociation" }], alerts: 1 },
      { name: "a quota", events: [{ at: 0, ...admin, eventType: "Set-Mailbox" }], alerts: 0 },
    ],
  },
];

export const templates: AppTemplates = {
  own,
  events: {
    "many-sign-in-attempts": {
      eventTypes: ["Sign-in activity", "UserLoginFailed", "UserLoggedIn"],
      examples: [
        {
          name: "nine failures and a success",
          events: [...repeated(9, 10, signIn), { ...signIn, at: 95, outcome: "SUCCESS" }],
          alerts: 1,
        },
        { name: "ten tries in ten minutes", events: repeated(10, 60, signIn), alerts: 0 },
      ],
    },
    "admin-rights-granted": {
      eventTypes: [
        ...["Add member to role", "Add member to role.", "Add member to role outside of PIM (permanent)"],
        ...["Add eligible member to role", "SiteCollectionAdminAdded", "Add-RoleGroupMember"],
      ],
      examples: [
        { name: "a role", events: [{ at: 0, ...admin, eventType: "Add member to role" }], alerts: 1 },
        { name: "a group", events: [{ at: 0, ...admin, eventType: "Add member to group" }], alerts: 0 },
      ],
    },
    "second-factor-weakened": {
      eventTypes: [
        ...["Disable Strong Authentication", "Disable Strong Authentication.", "Admin deleted security info"],
        ...["Delete conditional access policy", "User deleted security info"],
      ],
      examples: [
        { name: "switched off", events: [{ at: 0, ...admin, eventType: "Disable Strong Authentication" }], alerts: 1 },
        { name: "switched on", events: [{ at: 0, ...admin, eventType: "Enable Strong Authentication" }], alerts: 0 },
      ],
    },
  },
};
