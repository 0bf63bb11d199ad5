import { type AppTemplates, repeated, type TemplateFacts } from "#src/connector-kit/policy-template.ts";

const admin = { category: "ADMIN", outcome: "SUCCESS" } as const;
const download = { category: "USER", eventType: "download", outcome: "SUCCESS" } as const;
const failure = { category: "LOG_ON", eventType: "login_failure", outcome: "FAILURE" } as const;
const account = { category: "USER", outcome: "SUCCESS" } as const;

const own: readonly TemplateFacts[] = [
  {
    slug: "google-account-alert",
    name: "Google warns of an account",
    description:
      "Google detected a suspicious sign-in, a leaked password, a hijacked account or an attack by a government.",
    severity: "HIGH",
    filter: {
      eventTypes: [
        ...["suspicious_login", "suspicious_login_less_secure_app", "suspicious_programmatic_login"],
        ...["account_disabled_password_leak", "account_disabled_hijacked", "gov_attack_warning"],
        ...["Suspicious login", "Suspicious login (less secure app)", "Suspicious programmatic login"],
        ...["Leaked password", "User suspended (suspicious activity)", "Government attack warning"],
      ],
    },
    threshold: null,
    mitreTechniques: ["T1078.004"],
    examples: [
      {
        name: "a leaked password",
        events: [{ ...account, at: 0, eventType: "account_disabled_password_leak" }],
        alerts: 1,
      },
      {
        name: "an alert of the Alert Center",
        events: [{ ...account, at: 0, eventType: "Government attack warning", outcome: "UNKNOWN" }],
        alerts: 1,
      },
      { name: "an alert about an outage", events: [{ ...account, at: 0, eventType: "Apps outage" }], alerts: 0 },
    ],
  },
  {
    slug: "google-domain-wide-delegation",
    name: "An app gets access to the whole domain",
    description: "An admin gave a client access to the data of everybody by domain-wide delegation.",
    severity: "HIGH",
    filter: { eventTypes: ["AUTHORIZE_API_CLIENT_ACCESS"] },
    threshold: null,
    mitreTechniques: ["T1098.001"],
    examples: [
      {
        name: "a client was authorised",
        events: [{ ...admin, at: 0, eventType: "AUTHORIZE_API_CLIENT_ACCESS" }],
        alerts: 1,
      },
      { name: "a client was removed", events: [{ ...admin, at: 0, eventType: "REMOVE_API_CLIENT_ACCESS" }], alerts: 0 },
    ],
  },
  {
    slug: "google-mail-leaves",
    name: "E-mail is forwarded out of the organisation",
    description: "A person forwards e-mail to another organisation, or an admin copies or routes a person's e-mail.",
    severity: "MEDIUM",
    filter: {
      eventTypes: ["email_forwarding_out_of_domain", "CREATE_EMAIL_MONITOR", "MAIL_ROUTING_DESTINATION_ADDED"],
    },
    threshold: null,
    mitreTechniques: ["T1114.003"],
    examples: [
      {
        name: "forwarding switched on",
        events: [{ ...account, at: 0, eventType: "email_forwarding_out_of_domain" }],
        alerts: 1,
      },
      { name: "a sender blocked", events: [{ ...account, at: 0, eventType: "blocked_sender" }], alerts: 0 },
    ],
  },
  {
    slug: "google-data-export",
    name: "All data of the organisation is exported",
    description: "An admin started an export of everybody's data.",
    severity: "HIGH",
    filter: { eventTypes: ["CUSTOMER_TAKEOUT_CREATED", "CUSTOMER_TAKEOUT_SCHEDULED"] },
    threshold: null,
    mitreTechniques: ["T1530"],
    examples: [
      { name: "an export started", events: [{ ...admin, at: 0, eventType: "CUSTOMER_TAKEOUT_CREATED" }], alerts: 1 },
      { name: "an export deleted", events: [{ ...admin, at: 0, eventType: "CUSTOMER_TAKEOUT_DELETED" }], alerts: 0 },
    ],
  },
  {
    slug: "google-mass-download",
    name: "Many downloads from Drive by one person",
    description: "One account downloaded files 100 times within 10 minutes. Needs an edition with a Drive log.",
    severity: "HIGH",
    filter: { eventTypes: ["download"], hasUser: true },
    threshold: { count: 100, windowSeconds: 600, sameUser: true, sameInstance: true },
    mitreTechniques: ["T1530"],
    examples: [
      { name: "a hundred within ten minutes", events: repeated(100, 5, download), alerts: 1 },
      { name: "fifty", events: repeated(50, 5, download), alerts: 0 },
    ],
  },
];

export const templates: AppTemplates = {
  own,
  events: {
    "many-sign-in-attempts": {
      eventTypes: ["login_success", "login_failure"],
      examples: [
        {
          name: "nine failures and a success",
          events: [
            ...repeated(9, 10, failure),
            { category: "LOG_ON", eventType: "login_success", outcome: "SUCCESS", at: 95 },
          ],
          alerts: 1,
        },
        { name: "ten failures in ten minutes", events: repeated(10, 60, failure), alerts: 0 },
      ],
    },
    "admin-rights-granted": {
      eventTypes: ["GRANT_ADMIN_PRIVILEGE", "GRANT_DELEGATED_ADMIN_PRIVILEGES", "ASSIGN_ROLE", "ADD_PRIVILEGE"],
      examples: [
        { name: "a super admin", events: [{ ...admin, at: 0, eventType: "GRANT_ADMIN_PRIVILEGE" }], alerts: 1 },
        {
          name: "rights taken away",
          events: [{ ...admin, at: 0, eventType: "REVOKE_ADMIN_PRIVILEGE" }],
          alerts: 0,
        },
      ],
    },
    "second-factor-weakened": {
      eventTypes: [
        ...["TURN_OFF_2_STEP_VERIFICATION", "UNENROLL_USER_FROM_STRONG_AUTH", "UNENROLL_USER_FROM_TITANIUM"],
        ...["2sv_disable", "titanium_unenroll", "GENERATE_2SV_SCRATCH_CODES", "REVOKE_SECURITY_KEY"],
      ],
      examples: [
        {
          name: "switched off by an admin",
          events: [{ ...admin, at: 0, eventType: "TURN_OFF_2_STEP_VERIFICATION" }],
          alerts: 1,
        },
        { name: "enrolled", events: [{ ...account, at: 0, eventType: "2sv_enroll" }], alerts: 0 },
      ],
    },
  },
};
