import { repeated } from "#src/connector-kit/policy-template.ts";
import type { SharedTemplate } from "./template.ts";

const failure = { category: "LOG_ON", eventType: "sign-in", outcome: "FAILURE" } as const;
const success = { ...failure, outcome: "SUCCESS" } as const;

export const signInTemplates: readonly SharedTemplate[] = [
  {
    slug: "failed-sign-ins",
    name: "Many failed sign-ins",
    description: "One account failed to sign in to one app more than 10 times within 5 minutes.",
    severity: "MEDIUM",
    filter: { categories: ["LOG_ON"], outcomes: ["FAILURE"] },
    threshold: { count: 11, windowSeconds: 300, sameUser: true, sameInstance: true },
    mitreTechniques: ["T1110"],
    examples: [
      { name: "eleven failures within five minutes", events: repeated(11, 29, failure), alerts: 1 },
      { name: "ten failures", events: repeated(10, 20, failure), alerts: 0 },
      { name: "eleven failures within more than five minutes", events: repeated(11, 31, failure), alerts: 0 },
      { name: "eleven sign-ins that succeed", events: repeated(11, 1, success), alerts: 0 },
      {
        name: "failures of two accounts, six each",
        events: [...repeated(6, 10, { ...failure, user: "ana" }), ...repeated(6, 10, { ...failure, user: "ben" })],
        alerts: 0,
      },
    ],
  },
  {
    slug: "many-sign-in-attempts",
    name: "Many tries to sign in",
    description:
      "One account tried to sign in 10 times within 2 minutes, successfully or not: password guessing, or a malfunctioning program.",
    severity: "MEDIUM",
    filter: { categories: ["LOG_ON"] },
    eventTypesOfApps: true,
    threshold: { count: 10, windowSeconds: 120, sameUser: true, sameInstance: true },
    mitreTechniques: ["T1110.001"],
    examples: [],
  },
  {
    slug: "log-on-risky-ip",
    name: "Sign-in from a risky address",
    description:
      "A sign-in from an address that is known for attacks or anonymity, or that your ranges categorise as risky. Do not act on it alone, because addresses change owners.",
    severity: "HIGH",
    filter: { categories: ["LOG_ON"], outcomes: ["SUCCESS"], ipCategories: ["RISKY"] },
    threshold: null,
    mitreTechniques: ["T1078", "T1090"],
    examples: [
      { name: "a sign-in through TOR", events: [{ ...success, at: 0, ipCategory: "RISKY" }], alerts: 1 },
      { name: "a failed one", events: [{ ...failure, at: 0, ipCategory: "RISKY" }], alerts: 0 },
      { name: "a sign-in from the office", events: [{ ...success, at: 0, ipCategory: "CORPORATE" }], alerts: 0 },
      {
        name: "other use from there",
        events: [{ at: 0, category: "USER", eventType: "page.viewed", ipCategory: "RISKY" }],
        alerts: 0,
      },
    ],
  },
  {
    slug: "outdated-user-agent",
    name: "Sign-in with an outdated browser or system",
    description: "A sign-in with a browser or an operating system that no longer gets security updates.",
    severity: "LOW",
    filter: { categories: ["LOG_ON"], outcomes: ["SUCCESS"], userAgentTags: ["outdated-browser", "outdated-os"] },
    threshold: null,
    mitreTechniques: [],
    examples: [
      {
        name: "a browser of ten years ago",
        events: [
          {
            ...success,
            at: 0,
            userAgent:
              "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/50.0.2661.102 Safari/537.36",
          },
        ],
        alerts: 1,
      },
      { name: "a program", events: [{ ...success, at: 0, userAgent: "curl/8.5.0" }], alerts: 0 },
      { name: "no word about it", events: [{ ...success, at: 0, userAgent: null }], alerts: 0 },
    ],
  },
];
