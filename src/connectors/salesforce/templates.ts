import { type AppTemplates, repeated, type TemplateFacts } from "#src/connector-kit/policy-template.ts";

const failure = { category: "LOG_ON", eventType: "LoginHistory", outcome: "FAILURE" } as const;
const report = { category: "USER", eventType: "ReportExport", outcome: "SUCCESS" } as const;
const setup = { category: "ADMIN", eventType: "PermSetAssign", outcome: "SUCCESS" } as const;

const threats = [
  "ApiAnomalyEventStore",
  "ReportAnomalyEventStore",
  "CredentialStuffingEventStore",
  "SessionHijackingEventStore",
];

const own: readonly TemplateFacts[] = [
  {
    slug: "salesforce-mass-export",
    name: "Mass export from Salesforce",
    description: "One account exported ten reports within an hour.",
    severity: "HIGH",
    filter: { eventTypes: ["ReportExport"], hasUser: true },
    threshold: { count: 10, windowSeconds: 3600, sameUser: true, sameInstance: true },
    mitreTechniques: ["T1213.004"],
    examples: [
      { name: "ten reports within an hour", events: repeated(10, 60, report), alerts: 1 },
      { name: "nine reports within an hour", events: repeated(9, 60, report), alerts: 0 },
    ],
  },
  {
    slug: "salesforce-login-as",
    name: "Acting as another user in Salesforce",
    description: "An administrator signed in to the account of another person.",
    severity: "MEDIUM",
    filter: { eventTypes: ["suOrgAdminLogin", "suNetworkAdminLogin", "suPRMAdminLogin", "suloginaccessused"] },
    threshold: null,
    mitreTechniques: ["T1078.004"],
    examples: [
      {
        name: "an administrator acts as a user",
        events: [{ ...failure, outcome: "SUCCESS", eventType: "suOrgAdminLogin", at: 0 }],
        alerts: 1,
      },
      { name: "a sign-in", events: [{ ...failure, outcome: "SUCCESS", at: 0 }], alerts: 0 },
    ],
  },
  {
    slug: "salesforce-threat-detected",
    name: "Salesforce detected a threat",
    description: "Threat Detection saw an unusual use of the API or of reports, stolen passwords, or a stolen session.",
    severity: "HIGH",
    filter: { eventTypes: threats },
    threshold: null,
    mitreTechniques: ["T1078"],
    examples: [
      {
        name: "an unusual use of reports",
        events: [{ ...report, eventType: "ReportAnomalyEventStore", at: 0 }],
        alerts: 1,
      },
      { name: "a report", events: [{ ...report, eventType: "Report", at: 0 }], alerts: 0 },
    ],
  },
  {
    slug: "salesforce-app-installed",
    name: "A connected app was installed in Salesforce",
    description: "A connected app was installed or unblocked, or who may use one was changed.",
    severity: "MEDIUM",
    filter: {
      eventTypes: ["insertConnectedApplication", "unblockConnectedApplication", "changeUserRuntimeAccessPolicy"],
    },
    threshold: null,
    mitreTechniques: ["T1550.001"],
    examples: [
      {
        name: "an app is installed",
        events: [{ ...setup, eventType: "insertConnectedApplication", at: 0 }],
        alerts: 1,
      },
      {
        name: "an app is uninstalled",
        events: [{ ...setup, eventType: "deleteConnectedApplication", at: 0 }],
        alerts: 0,
      },
    ],
  },
];

export const templates: AppTemplates = {
  own,
  events: {
    "many-sign-in-attempts": {
      eventTypes: ["LoginHistory"],
      examples: [
        {
          name: "nine failures and a success",
          events: [...repeated(9, 10, failure), { ...failure, outcome: "SUCCESS", at: 95 }],
          alerts: 1,
        },
        { name: "ten failures in ten minutes", events: repeated(10, 60, failure), alerts: 0 },
      ],
    },
    "admin-rights-granted": {
      eventTypes: ["PermSetAssign", "PermSetGroupAssign", "changedprofileforuser", "PermSetEnableUserPerm"],
      examples: [
        { name: "a permission set is assigned", events: [{ ...setup, at: 0 }], alerts: 1 },
        { name: "an e-mail is changed", events: [{ ...setup, eventType: "changedemail", at: 0 }], alerts: 0 },
      ],
    },
    "second-factor-weakened": {
      eventTypes: ["deleteTwoFactorInfo2", "deleteAuthenticatorPairing", "mFADirectUILoginOptInOnOff"],
      examples: [
        { name: "a factor is removed", events: [{ ...setup, eventType: "deleteTwoFactorInfo2", at: 0 }], alerts: 1 },
        { name: "a factor is added", events: [{ ...setup, eventType: "insertTwoFactorInfo2", at: 0 }], alerts: 0 },
      ],
    },
  },
};
