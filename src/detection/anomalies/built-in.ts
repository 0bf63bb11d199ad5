import type { BuiltInPolicy } from "#src/detection/policies/built-in.ts";
import type { Slug } from "./catalogue.ts";

/** The eight detections as policies. They learn for each account by itself, so that the policies as such have no learning period. */
export const builtInPolicies: readonly (BuiltInPolicy & { slug: Slug })[] = [
  {
    slug: "anonymous-ip",
    name: "Activity from an anonymous address",
    description:
      "A person signed in from an address that hides its user: TOR or an anonymous proxy. Suppressed for addresses that many accounts of the organisation use.",
    severity: "MEDIUM",
    sensitivity: null,
    mitreTechniques: ["T1090.003"],
    learningDays: null,
  },
  {
    slug: "infrequent-country",
    name: "Activity from an infrequent country",
    description: "A person signed in from a country in which the account has not been within the last month.",
    severity: "MEDIUM",
    sensitivity: "MEDIUM",
    mitreTechniques: ["T1078"],
    learningDays: null,
  },
  {
    slug: "suspicious-ip",
    name: "Activity from a suspicious address",
    description:
      "A person signed in from an address that is known for attacks (a botnet, scanners, malware command servers), or that an admin categorised as risky.",
    severity: "HIGH",
    sensitivity: null,
    mitreTechniques: ["T1078", "T1110"],
    learningDays: null,
  },
  {
    slug: "impossible-travel",
    name: "Impossible travel",
    description: "One account signed in from two countries in less time than an airliner needs between them.",
    severity: "MEDIUM",
    sensitivity: "MEDIUM",
    mitreTechniques: ["T1078"],
    learningDays: null,
  },
  {
    slug: "terminated-user-activity",
    name: "Activity of a terminated person",
    description: "An account is active in one app although a directory has removed the person to whom it belongs.",
    severity: "HIGH",
    sensitivity: null,
    mitreTechniques: ["T1078"],
    learningDays: null,
  },
  {
    slug: "multiple-failed-logins",
    name: "Multiple failed sign-ins",
    description: "More failed sign-ins within an hour than is usual for the account.",
    severity: "MEDIUM",
    sensitivity: "MEDIUM",
    mitreTechniques: ["T1110"],
    learningDays: null,
  },
  {
    slug: "unusual-admin-activity",
    name: "Unusual administrative activity",
    description:
      "Administrative activities within an hour that are too many for the account, or of several kinds that it has not done within the last month.",
    severity: "MEDIUM",
    sensitivity: "MEDIUM",
    mitreTechniques: ["T1098", "T1078.004"],
    learningDays: null,
  },
  {
    slug: "unusual-impersonated-activity",
    name: "Unusual impersonated activity",
    description: "An account acted on behalf of others for the first time in a month, or far more often than usual.",
    severity: "MEDIUM",
    sensitivity: "MEDIUM",
    mitreTechniques: ["T1134", "T1078"],
    learningDays: null,
  },
];
