import type { SharedTemplate } from "./template.ts";

const grant = { category: "ADMIN", eventType: "role.granted", outcome: "SUCCESS" } as const;

export const administrationTemplates: readonly SharedTemplate[] = [
  {
    slug: "admin-from-non-corporate-ip",
    name: "Administration from outside",
    description:
      "An administrative action from an address that is not in one of your corporate, administrative or VPN ranges. Name your ranges first.",
    severity: "MEDIUM",
    filter: { categories: ["ADMIN"], ipCategories: ["OTHER", "RISKY", "CLOUD_PROVIDER"], hasUser: true },
    threshold: null,
    mitreTechniques: ["T1078.004"],
    examples: [
      { name: "a grant from a café", events: [{ ...grant, at: 0 }], alerts: 1 },
      { name: "a grant from the office", events: [{ ...grant, at: 0, ipCategory: "CORPORATE" }], alerts: 0 },
      { name: "a grant through the VPN", events: [{ ...grant, at: 0, ipCategory: "VPN" }], alerts: 0 },
      { name: "ordinary use from a café", events: [{ at: 0, category: "USER", eventType: "page.viewed" }], alerts: 0 },
      { name: "the app itself", events: [{ ...grant, at: 0, user: null }], alerts: 0 },
    ],
  },
  {
    slug: "admin-rights-granted",
    name: "Administrator rights granted",
    description: "An account or a group was given administrator rights.",
    severity: "MEDIUM",
    filter: { not: { outcomes: ["FAILURE"] } },
    eventTypesOfApps: true,
    threshold: null,
    mitreTechniques: ["T1098"],
    examples: [],
  },
  {
    slug: "second-factor-weakened",
    name: "Second factor taken away",
    description: "Second factors of an account were reset or removed, or an organisation stopped requiring them.",
    severity: "HIGH",
    filter: { not: { outcomes: ["FAILURE"] } },
    eventTypesOfApps: true,
    threshold: null,
    mitreTechniques: ["T1556.006"],
    examples: [],
  },
];
