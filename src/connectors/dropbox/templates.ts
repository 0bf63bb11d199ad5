import { type AppTemplates, repeated, type TemplateFacts } from "#src/connector-kit/policy-template.ts";

const download = { category: "USER", eventType: "file_download", outcome: "SUCCESS" } as const;
const removal = { category: "USER", eventType: "file_permanently_delete", outcome: "SUCCESS" } as const;
const failure = { category: "LOG_ON", eventType: "login_fail", outcome: "FAILURE" } as const;
const role = { category: "ADMIN", eventType: "member_change_admin_role", outcome: "SUCCESS" } as const;

const own: readonly TemplateFacts[] = [
  {
    slug: "dropbox-mass-download",
    name: "Many downloads by one member",
    description:
      "One account downloaded files 100 times within 10 minutes. Needs a plan whose log has events of files.",
    severity: "HIGH",
    filter: { eventTypes: ["file_download", "shared_content_download"], hasUser: true },
    threshold: { count: 100, windowSeconds: 600, sameUser: true, sameInstance: true },
    mitreTechniques: ["T1530"],
    examples: [
      { name: "a hundred within ten minutes", events: repeated(100, 5, download), alerts: 1 },
      { name: "fifty", events: repeated(50, 5, download), alerts: 0 },
      { name: "a hundred in a day", events: repeated(100, 800, download), alerts: 0 },
    ],
  },
  {
    slug: "dropbox-mass-permanent-deletion",
    name: "Many files permanently deleted",
    description: "One account permanently deleted files 20 times within 10 minutes: nobody can restore them.",
    severity: "HIGH",
    filter: { eventTypes: ["file_permanently_delete"] },
    threshold: { count: 20, windowSeconds: 600, sameUser: true, sameInstance: true },
    mitreTechniques: ["T1485"],
    examples: [
      { name: "twenty within ten minutes", events: repeated(20, 20, removal), alerts: 1 },
      { name: "nineteen", events: repeated(19, 20, removal), alerts: 0 },
    ],
  },
];

export const templates: AppTemplates = {
  own,
  events: {
    "many-sign-in-attempts": {
      eventTypes: ["login_success", "login_fail"],
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
      eventTypes: ["member_change_admin_role"],
      examples: [
        { name: "a role changed", events: [{ ...role, at: 0 }], alerts: 1 },
        { name: "a name changed", events: [{ ...role, at: 0, eventType: "member_change_name" }], alerts: 0 },
      ],
    },
    "second-factor-weakened": {
      eventTypes: ["tfa_reset", "tfa_add_exception"],
      examples: [
        { name: "a reset", events: [{ at: 0, category: "ADMIN", eventType: "tfa_reset" }], alerts: 1 },
        {
          name: "a security key added",
          events: [{ at: 0, category: "USER", eventType: "tfa_add_security_key" }],
          alerts: 0,
        },
      ],
    },
  },
};
