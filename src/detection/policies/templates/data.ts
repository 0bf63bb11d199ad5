import { type PolicyTemplate, repeated } from "./template.ts";

const clone = { category: "USER", eventType: "git.clone", outcome: "SUCCESS", connectorSlug: "github" } as const;
const remove = { ...clone, category: "ADMIN", eventType: "repo.destroy" } as const;

export const dataTemplates: readonly PolicyTemplate[] = [
  {
    slug: "mass-download",
    name: "Mass download",
    description: "One account took more than 50 repositories or archives within a minute.",
    kind: "ACTIVITY",
    severity: "HIGH",
    connectorSlugs: ["github"],
    filter: { connectorSlugs: ["github"], eventTypes: ["git.clone", "repo.download_zip"], hasUser: true },
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
    kind: "ACTIVITY",
    severity: "HIGH",
    connectorSlugs: ["github"],
    filter: { connectorSlugs: ["github"], eventTypes: ["repo.destroy", "packages.package_deleted"] },
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
    kind: "ACTIVITY",
    severity: "HIGH",
    connectorSlugs: ["github"],
    filter: { connectorSlugs: ["github"], eventTypes: ["repo.access"], search: "to public" },
    threshold: null,
    mitreTechniques: ["T1567.001"],
    examples: [
      {
        name: "from private to public",
        events: [
          {
            ...clone,
            at: 0,
            eventType: "repo.access",
            description: "ana changed the visibility of acme/site from private to public",
          },
        ],
        alerts: 1,
      },
      {
        name: "from public to private",
        events: [
          {
            ...clone,
            at: 0,
            eventType: "repo.access",
            description: "ana changed the visibility of acme/site from public to private",
          },
        ],
        alerts: 0,
      },
    ],
  },
];
