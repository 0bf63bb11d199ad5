import { type AppTemplates, repeated, type TemplateFacts } from "#src/connector-kit/policy-template.ts";

const clone = { category: "USER", eventType: "git.clone", outcome: "SUCCESS" } as const;
const remove = { ...clone, category: "ADMIN", eventType: "repo.destroy" } as const;
const failure = { category: "LOG_ON", eventType: "user.failed_login", outcome: "FAILURE" } as const;
const manager = { category: "ADMIN", eventType: "org.add_security_manager", outcome: "SUCCESS" } as const;
const twoFactor = { category: "ADMIN", eventType: "org.disable_two_factor_requirement", outcome: "SUCCESS" } as const;

const visibility = (from: string, to: string) => ({
  ...clone,
  at: 0,
  eventType: "repo.access",
  description: `ana changed the visibility of acme/site from ${from} to ${to}`,
});

const own: readonly TemplateFacts[] = [
  {
    slug: "mass-download",
    name: "Mass download",
    description: "One account took more than 50 repositories or archives within a minute.",
    severity: "HIGH",
    filter: { eventTypes: ["git.clone", "repo.download_zip"], hasUser: true },
    threshold: { count: 51, windowSeconds: 60, sameUser: true, sameInstance: true },
    mitreTechniques: ["T1213.003"],
    examples: [
      { name: "51 clones within a minute", events: repeated(51, 1, clone), alerts: 1 },
      { name: "50 clones within a minute", events: repeated(50, 1, clone), alerts: 0 },
      { name: "51 clones within two minutes", events: repeated(51, 2, clone), alerts: 0 },
      {
        name: "51 clones by two accounts",
        events: [...repeated(26, 2, clone), ...repeated(25, 2, { ...clone, user: "ben" })],
        alerts: 0,
      },
    ],
  },
  {
    slug: "mass-deletion",
    name: "Mass deletion",
    description: "One account deleted 5 repositories or packages within 5 minutes.",
    severity: "HIGH",
    filter: { eventTypes: ["repo.destroy", "packages.package_deleted"] },
    threshold: { count: 5, windowSeconds: 300, sameUser: true, sameInstance: true },
    mitreTechniques: ["T1485"],
    examples: [
      { name: "five repositories within five minutes", events: repeated(5, 60, remove), alerts: 1 },
      { name: "four", events: repeated(4, 60, remove), alerts: 0 },
      { name: "five in an hour", events: repeated(5, 700, remove), alerts: 0 },
    ],
  },
  {
    slug: "repository-made-public",
    name: "Repository made public",
    description: "The visibility of a repository was changed to public: anyone can read it.",
    severity: "HIGH",
    filter: { eventTypes: ["repo.access"], search: "to public" },
    threshold: null,
    mitreTechniques: ["T1567.001"],
    examples: [
      { name: "from private to public", events: [visibility("private", "public")], alerts: 1 },
      { name: "from public to private", events: [visibility("public", "private")], alerts: 0 },
    ],
  },
];

export const templates: AppTemplates = {
  own,
  events: {
    "many-sign-in-attempts": {
      eventTypes: ["user.login", "user.failed_login"],
      examples: [
        {
          name: "nine failures and a success",
          events: [
            ...repeated(9, 10, failure),
            { category: "LOG_ON", eventType: "user.login", outcome: "SUCCESS", at: 95 },
          ],
          alerts: 1,
        },
        { name: "ten failures in ten minutes", events: repeated(10, 60, failure), alerts: 0 },
      ],
    },
    "admin-rights-granted": {
      eventTypes: ["org.add_security_manager"],
      examples: [
        { name: "a new security manager", events: [{ ...manager, at: 0 }], alerts: 1 },
        { name: "one fewer", events: [{ ...manager, at: 0, eventType: "org.remove_security_manager" }], alerts: 0 },
      ],
    },
    "second-factor-weakened": {
      eventTypes: ["org.disable_two_factor_requirement", "two_factor_authentication.disabled"],
      examples: [
        { name: "no longer required of members", events: [{ ...twoFactor, at: 0 }], alerts: 1 },
        {
          name: "required from now on",
          events: [{ ...twoFactor, at: 0, eventType: "org.enable_two_factor_requirement" }],
          alerts: 0,
        },
      ],
    },
  },
};
